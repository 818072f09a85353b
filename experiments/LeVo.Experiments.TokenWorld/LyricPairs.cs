using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Core.Tokens;

namespace LeVo.Experiments.TokenWorld;

/// <summary>
/// The pairs of lyric alignment: a song with a wrong phone, and one that equals it up to there and continues with the right
/// one. Only the frame in which they part is compared, so that melody, chords and everything behind cancel out.
/// </summary>
internal static class LyricPairs
{
    private const int Continuations = 4;

    /// <summary>Creates the pairs of samples.</summary>
    public static async Task<IReadOnlyList<PreferencePair>> CreateAsync(WorldCodes codes, BatchedSongSampler sampler,
        string weights, IEnumerable<SongSample> samples, int seed, CancellationToken cancellation)
    {
        (SongSample Song, int Frame)[] wrong = [.. samples.Select(song => (song, FirstError(codes, song)))
            .Where(one => one.Item2 >= 0)];
        IReadOnlyList<SongSample>[] others =
            await sampler.BranchAsync(weights, wrong, SongPart.Vocal, Continuations, (ulong)seed, cancellation);
        var pairs = new List<PreferencePair>();
        foreach (((SongSample song, int frame), IReadOnlyList<SongSample> continued) in wrong.Zip(others))
        {
            if (continued.FirstOrDefault(other => IsRight(codes, other, frame)) is not { } right)
                continue;
            pairs.Add(new(song.Condition, right.Tokens, song.Tokens, PreferenceStrategies.LyricAlignment, 1, 0,
                new($"seed {seed}", right.Seed, song.Seed, "token world, exact"))
            {
                ChosenFrames = [frame],
                RejectedFrames = [frame],
            });
        }
        return pairs;
    }

    /// <summary>The first frame with another phone than the lyrics', or -1.</summary>
    public static int FirstError(WorldCodes codes, SongSample song) =>
        Enumerable.Range(0, Math.Min(song.Tokens.Frames, Length(song))).FirstOrDefault(t => !IsRight(codes, song, t), -1);

    private static int Length(SongSample song) => WorldSong.TextOf(song.Condition.Lyrics!).Length * WorldCodes.FramesPerSlot;

    private static bool IsRight(WorldCodes codes, SongSample song, int frame) => frame < song.Tokens.Frames
        && codes.ReadVocal(song.Tokens.Row(SongPart.Vocal).Span[frame])?.Phone
            == WorldSong.PhoneOf(WorldSong.TextOf(song.Condition.Lyrics!)[frame / WorldCodes.FramesPerSlot]);
}
