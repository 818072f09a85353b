using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Core.Tokens;

namespace LeVo.Experiments.TokenWorld;

/// <summary>
/// The pairs of strategies 1 and 2: a song with a wrong frame, and one that equals it up to there and continues with a right
/// one. Only the frame in which they part is compared, so that everything else that differs between two songs cancels out.
/// </summary>
internal static class BranchPairs
{
    private const int Continuations = 4;

    /// <summary>Whether the frames of a song sing the phones of its lyrics.</summary>
    public static bool[] RightPhones(WorldCodes codes, SongSample song)
    {
        string text = WorldSong.TextOf(song.Condition.Lyrics!);
        int[] vocal = song.Tokens.Row(SongPart.Vocal).ToArray();
        // Frames behind the last letter have no right phone to continue with.
        return [.. vocal.Take(text.Length * WorldCodes.FramesPerSlot).Select((code, t) =>
            codes.ReadVocal(code)?.Phone == WorldSong.PhoneOf(text[t / WorldCodes.FramesPerSlot]))];
    }

    /// <summary>Whether the frames of a song have the instrument of its description, and the chords of its genre's better
    /// fitting progression.</summary>
    public static bool[] RightChords(WorldCodes codes, SongSample song)
    {
        (int genre, int instrument) = WorldSong.StyleOf(song.Condition.Description!);
        int[] band = song.Tokens.Row(SongPart.Accompaniment).ToArray();
        return WorldSong.ProgressionsOf(genre).Select(progression => band.Select((code, t) => codes.ReadAccompaniment(code)
            == (progression[t / (2 * WorldCodes.FramesPerSlot) % 4], instrument)).ToArray()).MaxBy(right => right.Count(one => one))!;
    }

    /// <summary>Creates the pairs of samples.</summary>
    /// <param name="strategy">The strategy.</param>
    /// <param name="part">The part whose codes are right or wrong.</param>
    /// <param name="right">Tells which frames of a song are right.</param>
    /// <param name="sampler">Samples the continuations.</param>
    /// <param name="weights">The weights that sampled the songs.</param>
    /// <param name="samples">The songs.</param>
    /// <param name="seed">Seed of the continuations.</param>
    /// <param name="cancellation">Cancels between two columns.</param>
    public static async Task<IReadOnlyList<PreferencePair>> CreateAsync(string strategy, SongPart part,
        Func<SongSample, bool[]> right, BatchedSongSampler sampler, string weights, IEnumerable<SongSample> samples, int seed,
        CancellationToken cancellation)
    {
        (SongSample Song, int Frame)[] wrong =
            [.. samples.Select(song => (song, Array.IndexOf(right(song), false))).Where(one => one.Item2 >= 0)];
        IReadOnlyList<SongSample>[] others =
            await sampler.BranchAsync(weights, wrong, part, Continuations, (ulong)seed, cancellation);
        var pairs = new List<PreferencePair>();
        foreach (((SongSample song, int frame), IReadOnlyList<SongSample> continued) in wrong.Zip(others))
        {
            if (continued.FirstOrDefault(other => right(other).ElementAtOrDefault(frame)) is not { } better)
                continue;
            pairs.Add(new(song.Condition, better.Tokens, song.Tokens, strategy, 1, 0,
                new($"seed {seed}", better.Seed, song.Seed, "token world, exact"))
            {
                ChosenFrames = [frame],
                RejectedFrames = [frame],
            });
        }
        return pairs;
    }
}
