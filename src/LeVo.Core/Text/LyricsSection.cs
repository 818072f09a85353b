namespace LeVo.Core.Text;

/// <summary>The kind of a section, given by its tag.</summary>
public enum LyricsSectionKind
{
    /// <summary>Verse, chorus, bridge: with words.</summary>
    Sung,

    /// <summary>Intro, outro, interlude, silence: without words.</summary>
    Instrumental,

    /// <summary>The tag is not one of the model's, or there is no tag.</summary>
    Unknown,
}

/// <summary>One section of lyrics.</summary>
/// <param name="Tag">The tag with its brackets; empty for words before the first tag.</param>
/// <param name="Kind">The kind, given by the tag.</param>
/// <param name="Sentences">The sentences, without full stops; empty when there are none.</param>
/// <param name="Line">Line of the tag in the input text, from 1.</param>
/// <param name="Column">Column of the tag, from 1, in UTF-16 code units.</param>
public sealed record LyricsSection(
    string Tag, LyricsSectionKind Kind, IReadOnlyList<string> Sentences, int Line, int Column)
{
    /// <summary>Line and column of each sentence in the input text.</summary>
    internal IReadOnlyList<(int Line, int Column)> Positions { get; init; } = [];

    /// <summary>The section in the released one-line form.</summary>
    public override string ToString() =>
        string.Join(' ', new[] { Tag, string.Join('.', Sentences) }.Where(part => part != ""));
}
