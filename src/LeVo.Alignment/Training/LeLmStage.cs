namespace LeVo.Alignment.Training;

/// <summary>Stages of training LeLM (paper, section 3.4).</summary>
public enum LeLmStage
{
    /// <summary>Pre-training: the language model learns mixed tokens; the AR decoder waits.</summary>
    Mixed,

    /// <summary>Modular extension: the AR decoder learns the two tracks; everything of the first stage is frozen.</summary>
    Tracks,
}
