namespace LeVo.Core.Text;

/// <summary>What a section's tag asks for.</summary>
public enum LyricsSectionKind
{
    /// <summary>Verse, chorus, bridge: with words.</summary>
    Sung,

    /// <summary>Intro, outro, interlude, silence: without words.</summary>
    Instrumental,

    /// <summary>No tag of the model, or no tag at all.</summary>
    Unknown,
}

/// <summary>One section of lyrics.</summary>
/// <param name="Tag">The tag with its brackets; empty for words before the first tag.</param>
/// <param name="Kind">What the tag asks for.</param>
/// <param name="Sentences">The words, without full stops; empty where there are none.</param>
/// <param name="Line">Line of the tag in the text as it was given, from 1.</param>
/// <param name="Column">Column of the tag, from 1, in UTF-16 units.</param>
public sealed record LyricsSection(
    string Tag, LyricsSectionKind Kind, IReadOnlyList<string> Sentences, int Line, int Column)
{
    /// <summary>The section as the model reads it.</summary>
    public override string ToString() =>
        string.Join(' ', new[] { Tag, string.Join('.', Sentences) }.Where(part => part != ""));
}
