namespace LeVo.Alignment.Policy;

/// <summary>
/// What a run trains. The paper's order (section 3.4) is <see cref="Mixed"/>, <see cref="Tracks"/>, then preference
/// optimisation of all three streams; LeVo 2's is <see cref="Mixed"/>, preference optimisation of the mixed stream
/// alone, then <see cref="Tracks"/>. Supervised fine-tuning is any stage that starts from a checkpoint.
/// </summary>
public enum LeLmStage
{
    /// <summary>Pre-training: the language model learns mixed tokens; the AR decoder waits.</summary>
    Mixed,

    /// <summary>Modular extension: the AR decoder learns the two tracks; everything of the first stage is frozen.</summary>
    Tracks,

    /// <summary>Both at once: the ablation "without stage 2", and fine-tuning of a finished model.</summary>
    Joint,
}
