namespace LeVo.Codec.Model;

/// <summary>How the flow is solved.</summary>
/// <param name="Steps">Euler steps of equal length.</param>
/// <param name="Guidance">At most 1 means without guidance.</param>
internal sealed record FlowSettings(int Steps = 10, double Guidance = 1.5);
