using System.Security.Cryptography;
using System.Text.Json;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Sampling;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.IO;
using LeVo.Core.Tokens;
using LeVo.Experiments.MiniWorld.Scoring;

namespace LeVo.Experiments.TrainDemo;

/// <summary>A song to sample and to recognise.</summary>
/// <param name="Name">Distinguishes it from the evaluation's other songs.</param>
/// <param name="Condition">What LeLM is given.</param>
/// <param name="Lyrics">The lyrics that the recognised phones are compared with.</param>
/// <param name="Seed">Seed of the sampling.</param>
internal sealed record SongToHear(string Name, SongCondition Condition, string Lyrics, ulong Seed);

/// <summary>
/// Samples songs from LeLM's weights, decodes their tracks and recognises them. What was found is kept in files by the
/// weights' hash, so that a stopped evaluation goes on where it was.
/// </summary>
internal sealed class SongListener(TrainableModel model, IMusicCodec codec, MiniRecognisers recognisers, string folder)
{
    private const int BatchSize = 16;
    private readonly ConditionPreparer preparer = ConditionPreparer.Load(model.Config, model.TokenizerFolder);

    /// <summary>Returns what is heard in the songs, in their order.</summary>
    public async Task<IReadOnlyList<HeardSong>> HearAsync(
        string weights, IReadOnlyList<SongToHear> songs, CancellationToken cancellation)
    {
        string kept = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(weights)))[..16]);
        Directory.CreateDirectory(kept);
        foreach (SongToHear[] batch in songs.Where(song => !File.Exists(PathOf(song))).Chunk(BatchSize))
        {
            SongTokens[] tokens = Sample(weights, batch, cancellation);
            for (int i = 0; i < batch.Length; i++)
            {
                HeardSong heard = await HearAsync(tokens[i], batch[i].Lyrics, cancellation);
                await AtomicFile.WriteAsync(PathOf(batch[i]),
                    (file, token) => JsonSerializer.SerializeAsync(file, heard, cancellationToken: token), cancellation);
                Console.WriteLine($"{DateTime.Now:HH:mm:ss} {batch[i].Name}: {heard}");
            }
        }
        return [.. songs.Select(song => JsonSerializer.Deserialize<HeardSong>(File.ReadAllText(PathOf(song)))!)];

        string PathOf(SongToHear song) => Path.Combine(kept, song.Name + ".json");
    }

    private SongTokens[] Sample(string weights, SongToHear[] batch, CancellationToken cancellation)
    {
        using var lelm = new TrainedLeLm(model.Config, preparer, LeLmStage.Joint, weights, new(), seed: 0);
        return BatchGenerator.Generate(lelm, [.. batch.Select(song => song.Condition)],
            [.. batch.Select(song => song.Seed)], model.Sampling, null, cancellation);
    }

    private async Task<HeardSong> HearAsync(SongTokens tokens, string lyrics, CancellationToken cancellation) =>
        tokens.Frames < 2
            ? HeardSong.Empty(lyrics)
            : HeardSong.Recognise(recognisers,
                await WholeSound.DecodeAsync(codec, tokens, SongPart.Vocal, cancellation),
                await WholeSound.DecodeAsync(codec, tokens, SongPart.Accompaniment, cancellation), lyrics);
}
