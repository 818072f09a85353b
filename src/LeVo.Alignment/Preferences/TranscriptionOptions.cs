namespace LeVo.Alignment.Preferences;

/// <summary>What is known about a vocal before it is transcribed.</summary>
public sealed record TranscriptionOptions
{
    /// <summary>The language as an ISO 639-1 code, for example <c>en</c> or <c>zh</c>; null if it is unknown.</summary>
    public string? Language { get; init; }
}
