namespace LeVo.Alignment.Policy;

/// <summary>Which parameters a stage trains; all others stay as they are, to the bit.</summary>
internal static class StageParameters
{
    private static readonly string[] TrackPrefixes =
    [
        "layer2_emb.", "transformer2.", "mlp.", "linears.", "condition_provider.conditioners.prompt_audio.layer2_EOT_emb",
    ];

    /// <summary>True for what belongs to the AR decoder: its stack, embeddings, bridge, heads and side of the prompt.</summary>
    public static bool IsTrackParameter(string name)
    {
        const string promptTables = "condition_provider.conditioners.prompt_audio.emb.";
        return TrackPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
            || (name.StartsWith(promptTables, StringComparison.Ordinal)
                && !name.StartsWith(promptTables + "0.", StringComparison.Ordinal));
    }

    /// <summary>Whether a stage trains the parameter of this name.</summary>
    public static bool IsTrainedIn(LeLmStage stage, string name) =>
        stage == LeLmStage.Joint || IsTrackParameter(name) == (stage == LeLmStage.Tracks);
}
