namespace LeVo.Alignment.Preferences;

/// <summary>The scorers of an application, by strategy. Thread-safe if the scorers are.</summary>
public sealed class PreferenceScorers
{
    private readonly Dictionary<string, IPreferenceScorer> scorers = new(StringComparer.Ordinal);

    /// <param name="own">The application's scorers; for each strategy the last one is used.</param>
    /// <param name="transcriber">The transcriber of vocals, or null.</param>
    /// <param name="phonemizer">The phonemizer, or null.</param>
    /// <param name="embedder">The embedder of audio and text, or null.</param>
    /// <param name="reward">The reward model, or null.</param>
    public PreferenceScorers(IEnumerable<IPreferenceScorer> own, ITranscriber? transcriber = null,
        IPhonemizer? phonemizer = null,
        IAudioTextEmbedder? embedder = null, IRewardModel? reward = null)
    {
        ArgumentNullException.ThrowIfNull(own);
        if (transcriber is not null && phonemizer is not null)
            Add(new LyricAlignmentScorer(transcriber, phonemizer));
        if (embedder is not null)
            Add(new PromptConsistencyScorer(embedder));
        if (reward is not null)
            Add(new MusicalityScorer(reward));
        foreach (IPreferenceScorer scorer in own)
            Add(scorer);

        void Add(IPreferenceScorer scorer) => scorers[scorer.Strategy] = scorer;
    }

    /// <summary>The strategies that can be scored.</summary>
    public IReadOnlyCollection<string> Strategies => scorers.Keys;

    /// <summary>Returns the scorer of a strategy.</summary>
    /// <param name="strategy">One of <see cref="PreferenceStrategies"/> or an application-defined name.</param>
    /// <exception cref="InvalidOperationException">The required services are not registered; the message lists
    /// them.</exception>
    public IPreferenceScorer Get(string strategy) => scorers.TryGetValue(strategy, out IPreferenceScorer? scorer)
        ? scorer
        : throw new InvalidOperationException($"There is no scorer for '{strategy}': register {strategy switch
        {
            PreferenceStrategies.LyricAlignment => $"{nameof(ITranscriber)} and {nameof(IPhonemizer)}",
            PreferenceStrategies.PromptConsistency => nameof(IAudioTextEmbedder),
            PreferenceStrategies.Musicality => nameof(IRewardModel),
            _ => nameof(IPreferenceScorer),
        }}.");
}
