namespace LeVo.Alignment.Preferences;

/// <summary>The words of a vocal.</summary>
/// <param name="Words">The words in the order of their times.</param>
/// <param name="Language">Their language as an ISO 639-1 code; null if the transcriber does not say it.</param>
public sealed record Transcription(IReadOnlyList<TranscribedWord> Words, string? Language = null)
{
    /// <summary>The words, separated by spaces.</summary>
    public string Text => string.Join(' ', Words.Select(word => word.Text));
}

/// <summary>A word that was heard.</summary>
/// <param name="Text">The word, without spaces; in languages that are written without spaces one or more characters.</param>
/// <param name="Start">Its beginning in the vocal.</param>
/// <param name="End">Its end.</param>
public sealed record TranscribedWord(string Text, TimeSpan Start, TimeSpan End);
