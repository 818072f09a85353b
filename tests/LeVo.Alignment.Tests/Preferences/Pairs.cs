using LeVo.Alignment.Preferences;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Tests.Preferences;

/// <summary>Made-up pairs.</summary>
internal static class Pairs
{
    public static SongTokens Song(int seed, int frames = 6) => SongTokens.FromRows(
        [.. Enumerable.Range(seed, frames)], [.. Enumerable.Range(2 * seed, frames)],
            [.. Enumerable.Repeat(seed, frames)]);

    public static PreferencePair Of(
        int chosen, int rejected, string lyrics = "[verse] la la", double gap = 1, int longer = 0) =>
        new(new(lyrics, "pop"), Song(chosen, 6 + longer), Song(rejected), PreferenceStrategies.LyricAlignment, gap, 0,
            new("model", (ulong)chosen, (ulong)rejected, "test"));
}
