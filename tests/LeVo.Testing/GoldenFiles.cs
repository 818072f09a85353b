using Xunit;

namespace LeVo.Testing;

/// <summary>Golden files by kind, as theory data.</summary>
public static class GoldenFiles
{
    /// <summary>All files, in any subfolder, whose name begins with a kind's stem: <c>forward.safetensors</c>,
    /// <c>forward_2.safetensors</c>.</summary>
    public static TheoryData<string> Named(string stem, string extension = ".safetensors") =>
    [
        .. Golden.Files.Where(path => Path.GetExtension(path) == extension
            && Path.GetFileNameWithoutExtension(path).StartsWith(stem, StringComparison.Ordinal)),
    ];
}
