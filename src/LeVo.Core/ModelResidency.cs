namespace LeVo.Core;

/// <summary>What stays in memory between the two halves of a song.</summary>
public enum ModelResidency
{
    /// <summary>Language model and music codec stay in memory once they are loaded.</summary>
    KeepAll,

    /// <summary>
    /// The language model is freed before the music codec is loaded, and the codec before the language model is loaded again:
    /// less memory, and each song loads both. Songs are made one after the other.
    /// </summary>
    OneAtATime,
}
