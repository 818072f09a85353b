namespace LeVo.Core.Text;

/// <summary>The severity of a finding.</summary>
public enum FindingSeverity
{
    /// <summary>The text was read as intended; the finding tells how.</summary>
    Information,

    /// <summary>The song can be generated but may differ from what was intended.</summary>
    Warning,

    /// <summary>The song can't be generated, or parsing is strict.</summary>
    Error,
}

/// <summary>
/// A problem of a request, a change that a reader made to its texts, or a deviation from the model's training data. Findings in lyrics are of type
/// <see cref="LyricsFinding"/>, which adds their position.
/// </summary>
/// <param name="Severity">Information, warning or error.</param>
/// <param name="Code">The kind of finding: <c>lyrics</c>, <c>duration</c>, <c>options</c>, <c>seed</c>, <c>stems</c>,
/// <c>beginning</c>, <c>prompt</c>, <c>prompt_cut</c>, <c>decoder_steps</c>, <c>decoder_guidance</c>, <c>codec</c>,
/// <c>separator</c> for a request, <c>sentence_like</c> for a description.</param>
/// <param name="Message">A message for users: the problem and how to fix it.</param>
public record SongFinding(FindingSeverity Severity, string Code, string Message);
