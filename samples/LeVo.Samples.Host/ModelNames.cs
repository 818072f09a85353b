namespace LeVo.Samples.Host;

/// <summary>The configured models; the first one is used where a request names none.</summary>
internal sealed record ModelNames(IReadOnlyList<string> Names);
