namespace LeVo.Codec;

/// <summary>Which stem separator to load, and where it computes.</summary>
public sealed class StemSeparatorOptions
{
    /// <summary>
    /// The file of the weights, or null to look for the released <c>third_party/demucs/ckpt/htdemucs.pth</c>, then for
    /// <c>htdemucs.pth</c> and <c>htdemucs.safetensors</c>, in the folders where the model's other files are looked up: the
    /// model folder, the extra root, folders above and beside the model folder, and the current folder. A relative path is
    /// looked up there too.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>The device: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> or <c>mps</c>; null for the model's.</summary>
    public string? Device { get; set; }
}
