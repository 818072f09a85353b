using LeVo.Codec;
using LeVo.Codec.Training;
using LeVo.Core;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Samples.MiniWorld;
using LeVo.Samples.MiniWorld.Scoring;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Samples.TrainDemo;

/// <summary>
/// Measures the demo on held-out lyrics with the recognisers: true songs, songs through the codec and back, songs that the model
/// composed; each against its own lyrics and, as a control, against another song's.
/// </summary>
internal static class EvaluateStage
{
    public static async Task RunAsync(DemoFolders folders, int songs, int seed, CancellationToken cancellation)
    {
        using MiniRecognisers recognisers = MiniRecognisers.Load(folders.Recogniser);
        using ServiceProvider services = new ServiceCollection()
            .AddLeVo(options => options.ModelPath = folders.Model).AddMusicCodec().Services.BuildServiceProvider();
        var generator = services.GetRequiredService<ISongGenerator>();
        var codec = services.GetRequiredService<IMusicCodec>();
        using var encoder = new SongEncoder(folders.MixedEncoder, folders.DualEncoder, DemoSizes.Encoder, DemoSizes.Taps);
        var tallies = new Dictionary<string, Tally>();
        for (int i = 0; i < songs; i++)
        {
            MiniSongSpec spec = MiniSongFactory.Create(ShardStage.HeldOutSeed + i, heldOut: true);
            MiniSongSpec other = MiniSongFactory.Create(ShardStage.HeldOutSeed + i + 1, heldOut: true);
            MiniSong truth = MiniRenderer.Render(spec);
            Count("true", new(truth.Vocal, 48_000), new(truth.Accompaniment, 48_000));
            SongTokens tokens = encoder.Encode(truth.Vocal, truth.Accompaniment);
            Count("codec", await DecodeAsync(tokens, SongPart.Vocal), await DecodeAsync(tokens, SongPart.Accompaniment));
            Song song = await generator.GenerateAsync(new SongRequest
            {
                Lyrics = Lyrics.Parse(spec.Lyrics),
                Description = spec.Description,
                Seed = (ulong)(seed * 1000 + i),
                WithStems = true,
            }, cancellationToken: cancellation);
            if (song.Vocal is { Length: > 0 } vocal && song.Accompaniment is { } band)
                Count("composed", vocal, band);
            foreach ((string kind, Tally tally) in tallies)
                Console.WriteLine($"{i + 1} {kind}: {tally}");

            void Count(string kind, Waveform voice, Waveform accompaniment)
            {
                MiniScores own = MiniScorer.Score(recognisers, voice, accompaniment, spec);
                MiniScores control = MiniScorer.Score(recognisers, voice, accompaniment, other);
                tallies[kind] = tallies.GetValueOrDefault(kind, Tally.None).Add(own, control);
            }
        }

        async Task<Waveform> DecodeAsync(SongTokens tokens, SongPart part)
        {
            var blocks = new List<Waveform>();
            await foreach (Waveform block in codec.DecodeAsync(tokens, new() { Part = part, Seed = 1 }, null, cancellation))
                blocks.Add(block);
            return new([.. Enumerable.Range(0, 2).Select(c => blocks.SelectMany(b => b.Channels[c]).ToArray())], codec.SampleRate);
        }
    }

    /// <summary>Sums over songs.</summary>
    private sealed record Tally(int Songs, PhoneErrorRate Own, PhoneErrorRate Control, int Singer, int Tempo, int Genre,
        int Instrument, double Harmony)
    {
        public static Tally None { get; } = new(0, default, default, 0, 0, 0, 0, 0);

        public Tally Add(MiniScores own, MiniScores control) => new(Songs + 1, Own + own.Phones, Control + control.Phones,
            Singer + (own.Singer ? 1 : 0), Tempo + (own.Tempo ? 1 : 0), Genre + (own.Genre ? 1 : 0),
            Instrument + (own.Instrument ? 1 : 0), Harmony + own.Harmony);

        public override string ToString() =>
            $"phone error {Own.Rate:P1} (control {Control.Rate:P1}), singer {(double)Singer / Songs:P0}, "
            + $"tempo {(double)Tempo / Songs:P0}, genre {(double)Genre / Songs:P0}, instrument {(double)Instrument / Songs:P0}, "
            + $"harmony {Harmony / Songs:0.00}";
    }
}
