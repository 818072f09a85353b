using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;

namespace LeVo.Testing;

/// <summary>
/// Finds golden files: reference numbers of the original system. The folder is named by the environment variable
/// LEVO_GOLDENS, by default the copy that the tests carry. Files of one kind are recognised by their name or metadata, in any
/// subfolder; helpers (a tokenizer, key lists) are looked up beside the file, then in its kind's folder, then in the carried copy.
/// </summary>
public static class Golden
{
    /// <summary>The copy that the tests carry.</summary>
    public static string Carried { get; } = Path.Combine(AppContext.BaseDirectory, "Goldens");

    /// <summary>The folder under test.</summary>
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("LEVO_GOLDENS") is { Length: > 0 } chosen ? Path.GetFullPath(chosen) : Carried;

    /// <summary>All files below the root, relative, in a stable order.</summary>
    public static IReadOnlyList<string> Files { get; } = Directory.Exists(Root)
        ? [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The full path of a relative one.</summary>
    public static string Full(string relative) => Path.Combine(Root, relative);

    /// <summary>Opens a safetensors golden; TorchSharp is ready afterwards.</summary>
    internal static Checkpoint Open(string relative)
    {
        LeVoRuntime.EnsureTorch();
        return Checkpoint.Open(Full(relative));
    }

    /// <summary>A helper file or folder of a golden: beside it, in its kind's folder, or in the carried copy.</summary>
    /// <param name="relative">The golden's path relative to <see cref="Root"/>.</param>
    /// <param name="kind">The kind's folder: lelm, codec, files, qwen2.</param>
    /// <param name="helper">The helper's path relative to the kind's folder.</param>
    /// <exception cref="FileNotFoundException">It is in none of the three places.</exception>
    public static string Helper(string relative, string kind, string helper)
    {
        string[] candidates =
        [
            Path.Combine(Path.GetDirectoryName(Full(relative))!, helper),
            Path.Combine(Root, kind, helper),
            Path.Combine(Carried, kind, helper),
        ];
        return candidates.FirstOrDefault(path => File.Exists(path) || Directory.Exists(path))
            ?? throw new FileNotFoundException($"The helper '{helper}' of '{relative}' is in none of: {string.Join(", ", candidates)}");
    }
}
