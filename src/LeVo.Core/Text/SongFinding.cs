namespace LeVo.Core.Text;

/// <summary>How much a finding weighs.</summary>
public enum FindingSeverity
{
    /// <summary>A song comes out, but probably not the one that was meant.</summary>
    Warning,

    /// <summary>Nothing can be generated, or strict parsing was asked for.</summary>
    Error,
}

/// <summary>Something in a request that prevents a song, or that the model was not trained on. Findings in lyrics are
/// <see cref="LyricsFinding"/>s, which have a place.</summary>
/// <param name="Severity">Warning or error.</param>
/// <param name="Code">What it is, as an identifier: of a request <c>lyrics</c>, <c>duration</c>, <c>options</c>,
/// <c>seed</c>, <c>stems</c>, <c>beginning</c>, <c>prompt</c>, <c>prompt_cut</c>, <c>decoder_steps</c>,
/// <c>decoder_guidance</c>, <c>codec</c>; of a description <c>sentence_like</c>.</param>
/// <param name="Message">What it is and what to do, for people.</param>
public record SongFinding(FindingSeverity Severity, string Code, string Message);
