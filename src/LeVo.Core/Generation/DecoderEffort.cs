namespace LeVo.Core.Generation;

/// <summary>
/// How much the codec computes for a song's sound. It applies where the model folder sets no solver steps of its own, such as the
/// releases; a folder with steps of its own is always decoded with those. docs/performance.md says how the sound differs.
/// </summary>
public enum DecoderEffort
{
    /// <summary>The model folder's settings; in the releases ten steps, each with guidance, and windows of full length.</summary>
    Exact,

    /// <summary>Six steps with guidance, and a last window that ends with the song: 12 row evaluations a window instead of
    /// 20.</summary>
    Balanced,

    /// <summary>Five steps of second order, of which every second evaluates guidance anew, and a last window that ends with the
    /// song: 8 row evaluations a window instead of 20.</summary>
    Fast,
}
