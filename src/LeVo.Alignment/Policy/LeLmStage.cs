namespace LeVo.Alignment.Policy;

/// <summary>
/// The stage of training, which determines the trained parameters. The paper's order (section 3.4) is
/// <see cref="Mixed"/>, <see cref="Tracks"/>, then preference optimisation of all three streams; LeVo 2's is
/// <see cref="Mixed"/>, preference optimisation of only the mixed stream, then <see cref="Tracks"/>. Supervised
/// fine-tuning is any stage that starts from a checkpoint.
/// </summary>
public enum LeLmStage
{
    /// <summary>Pre-training: the language model over mixed tokens is trained; the AR decoder is frozen.</summary>
    Mixed,

    /// <summary>
    /// Modular extension: the AR decoder over the two tracks is trained; all parameters of the first stage are
    /// frozen.
    /// </summary>
    Tracks,

    /// <summary>Both at once: the paper's ablation "without stage 2", and fine-tuning of a complete model.</summary>
    Joint,
}
