using System.Text.Json;
using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.IO;
using LeVo.Core.Tokens;
using LeVo.Experiments.MiniWorld;
using LeVo.Experiments.MiniWorld.Scoring;

namespace LeVo.Experiments.Align;

/// <summary>What the recognisers found in a song.</summary>
/// <param name="Phones">Phone errors.</param>
/// <param name="Style">Share of the description that was recognised.</param>
/// <param name="Harmony">Share of the vowels whose pitch fits the chord.</param>
internal sealed record Heard(PhonemeErrorRate Phones, double Style, double Harmony);

/// <summary>Decodes songs and runs the recognisers on them. The result of each song is kept in a file.</summary>
internal sealed class Listener(IMusicCodec codec, MiniRecognisers recognisers, string folder)
{
    /// <summary>Scores a song against its request; a song too short to sound has every phone wrong.</summary>
    public async Task<Heard> HearAsync(SongSample song, MiniSongSpec request, string name,
        CancellationToken cancellation)
    {
        string kept = Path.Combine(folder, name + ".json");
        if (File.Exists(kept))
            return JsonSerializer.Deserialize<Heard>(await File.ReadAllTextAsync(kept, cancellation))!;
        Heard heard;
        if (song.Tokens.Frames < 2)
        {
            int phones = Phones.FromText(LyricAlignmentScorer.ExtractWords(request.Lyrics)).Count(phone => phone.Phone != 0);
            heard = new(new(0, 0, phones, phones), 0, 0);
        }
        else
        {
            Waveform vocal = await WholeSound.DecodeAsync(codec, song.Tokens, SongPart.Vocal, cancellation);
            Waveform band = await WholeSound.DecodeAsync(codec, song.Tokens, SongPart.Accompaniment, cancellation);
            MiniScores scores = MiniScorer.Score(recognisers, vocal, band, request);
            heard = new(scores.Phones, scores.Style, scores.Harmony);
        }
        Directory.CreateDirectory(folder);
        await AtomicFile.WriteAsync(
            kept, (file, token) => JsonSerializer.SerializeAsync(file, heard, cancellationToken: token), cancellation);
        return heard;
    }
}
