using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Lyrics to compose, and two songs to cut prompts from. Singer, genre and instrument of the two all differ.</summary>
/// <param name="Song">The lyrics; its description is not given to the model.</param>
/// <param name="Prompt">The song of the prompt.</param>
/// <param name="Other">The song of the other prompt.</param>
internal sealed record PromptPair(MiniSongSpec Song, MiniSongSpec Prompt, MiniSongSpec Other)
{
    private const long PromptSeed = ShardStage.HeldOutSeed + 1_000_000;

    /// <summary>The first pairs of an endless sequence of held-out songs, of which each is used once.</summary>
    public static IReadOnlyList<PromptPair> Create(int count)
    {
        var pairs = new List<PromptPair>();
        var waiting = new List<MiniSongSpec>();
        for (long seed = PromptSeed; pairs.Count < count; seed++)
        {
            MiniSongSpec song = MiniSongFactory.Create(seed, heldOut: true);
            if (waiting.Find(one => AllDiffer(StyleOf(one), StyleOf(song))) is not { } first)
            {
                waiting.Add(song);
                continue;
            }
            waiting.Remove(first);
            pairs.Add(new(MiniSongFactory.Create(ShardStage.HeldOutSeed + pairs.Count, heldOut: true), first, song));
        }
        return pairs;
    }

    /// <summary>The style that a song's description names.</summary>
    public static MiniStyle StyleOf(MiniSongSpec song) => MiniStyle.Parse(song.Description, song.Seed);

    private static bool AllDiffer(MiniStyle a, MiniStyle b) =>
        a.Singer != b.Singer && a.Genre != b.Genre && a.Instrument != b.Instrument;
}
