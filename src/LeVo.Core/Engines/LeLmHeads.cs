namespace LeVo.Core.Engines;

/// <summary>Output heads of LeLM.</summary>
[Flags]
internal enum LeLmHeads
{
    None = 0,

    /// <summary>The mixed codes, from stack 1.</summary>
    Mixed = 1,

    /// <summary>The codes of both tracks, from stack 2.</summary>
    Tracks = 2,

    All = Mixed | Tracks,
}

internal static class LeLmHeadsExtensions
{
    /// <summary>Whether a set of heads includes one. Unlike <see cref="Enum.HasFlag"/>, it never allocates.</summary>
    public static bool Includes(this LeLmHeads heads, LeLmHeads head) => (heads & head) != 0;
}
