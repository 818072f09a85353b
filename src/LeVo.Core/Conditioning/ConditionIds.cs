namespace LeVo.Core.Conditioning;

/// <summary>The conditions of a song as ids, each at its fixed length.</summary>
internal sealed record ConditionIds
{
    /// <summary>Lyrics tokens.</summary>
    public required long[] Lyrics { get; init; }

    /// <summary>The section each lyrics token belongs to: its tag's row in the structure table, 0 outside sections.</summary>
    public required long[] Sections { get; init; }

    /// <summary>Description tokens.</summary>
    public required long[] Description { get; init; }

    /// <summary>Prompt codes after the end-of-text vector [codebooks, prompt length - 1], row-major.</summary>
    public required long[] Prompt { get; init; }

    /// <summary>Number of lyrics tokens before truncation.</summary>
    public required int LyricsCount { get; init; }

    /// <summary>Number of description tokens before truncation.</summary>
    public required int DescriptionCount { get; init; }

    /// <summary>Whether the model reads the same ids.</summary>
    public bool HasIdsOf(ConditionIds other) =>
        Lyrics.AsSpan().SequenceEqual(other.Lyrics) && Sections.AsSpan().SequenceEqual(other.Sections)
        && Description.AsSpan().SequenceEqual(other.Description) && Prompt.AsSpan().SequenceEqual(other.Prompt);

    /// <summary>Returns a copy in which some conditions are absent.</summary>
    /// <param name="dropped">The conditions to drop.</param>
    /// <param name="nothing">The ids of <see cref="SongCondition.None"/>.</param>
    public ConditionIds Without(ConditionKinds dropped, ConditionIds nothing)
    {
        ConditionIds left = this;
        if (dropped.HasFlag(ConditionKinds.Lyrics))
            left = left with { Lyrics = nothing.Lyrics, Sections = nothing.Sections, LyricsCount = nothing.LyricsCount };
        if (dropped.HasFlag(ConditionKinds.Description))
            left = left with { Description = nothing.Description, DescriptionCount = nothing.DescriptionCount };
        if (dropped.HasFlag(ConditionKinds.Prompt))
            left = left with { Prompt = nothing.Prompt };
        return left;
    }
}
