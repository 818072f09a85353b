using System.Globalization;

namespace LeVo.Alignment.Data;

/// <summary>Names inside a token shard: tensors <c>tokens.I</c> [3, frames] and optionally <c>prompt.I</c>,
/// <c>marked.I</c>,
/// <c>lyrics_tokens.I</c>; metadata <c>songs</c>, <c>frame_rate</c>, <c>lyrics.I</c>, <c>description.I</c>,
/// <c>musicality.I</c>.</summary>
internal static class ShardFormat
{
    public const string Count = "songs", FrameRate = "frame_rate", Extension = ".safetensors";

    public static string Tokens(int index) => Name("tokens", index);

    public static string Prompt(int index) => Name("prompt", index);

    public static string Marked(int index) => Name("marked", index);

    public static string LyricsTokens(int index) => Name("lyrics_tokens", index);

    public static string Lyrics(int index) => Name("lyrics", index);

    public static string Description(int index) => Name("description", index);

    public static string Musicality(int index) => Name("musicality", index);

    private static string Name(string kind, int index) => $"{kind}.{index.ToString(CultureInfo.InvariantCulture)}";
}
