namespace LeVo.Alignment.Preferences;

/// <summary>The scorers of an application, by strategy. Thread-safe where the scorers are.</summary>
public sealed class PreferenceScorers
{
    private readonly Dictionary<string, IPreferenceScorer> scorers = new(StringComparer.Ordinal);

    /// <param name="own">The application's own scorers; of one strategy the last one counts.</param>
    /// <param name="transcriber">Transcribes vocals, or null.</param>
    /// <param name="phonemizer">Turns words into phonemes, or null.</param>
    /// <param name="embedder">Embeds sounds and texts, or null.</param>
    /// <param name="reward">Judges musicality, or null.</param>
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

    /// <summary>The scorer of a strategy.</summary>
    /// <exception cref="InvalidOperationException">Its parts are not registered; the message names them.</exception>
    public IPreferenceScorer Get(string strategy) => scorers.TryGetValue(strategy, out IPreferenceScorer? scorer)
        ? scorer
        : throw new InvalidOperationException($"Nothing scores '{strategy}': register {strategy switch
        {
            PreferenceStrategies.LyricAlignment => $"{nameof(ITranscriber)} and {nameof(IPhonemizer)}",
            PreferenceStrategies.PromptConsistency => nameof(IAudioTextEmbedder),
            PreferenceStrategies.Musicality => nameof(IRewardModel),
            _ => nameof(IPreferenceScorer),
        }}.");
}
