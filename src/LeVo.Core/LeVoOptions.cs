using LeVo.Core.Checkpoints;
using LeVo.Core.Generation;

namespace LeVo.Core;

/// <summary>Type of weights and hidden states.</summary>
public enum ModelPrecision
{
    /// <summary>32-bit floating point: the reference.</summary>
    Float32,

    /// <summary>16-bit brain floating point.</summary>
    BFloat16,

    /// <summary>16-bit floating point: what the models were released and run in.</summary>
    Float16,
}

/// <summary>Which model to load, and how.</summary>
public sealed class LeVoOptions
{
    /// <summary>The model folder, the one of <c>config.yaml</c>; a relative path starts in the current folder or, where it
    /// leads nowhere, in the application's.</summary>
    public string ModelPath { get; set; } = "";

    /// <summary>One more folder in which parts that the configuration names are looked up, or null.</summary>
    public string? ExtraRoot { get; set; }

    /// <summary>Where the model computes: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>. Never guessed.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>Type of weights and hidden states.</summary>
    public ModelPrecision Precision { get; set; } = ModelPrecision.Float32;

    /// <summary>How tokens are picked unless a request says otherwise; null for the model folder's values.</summary>
    public GenerationOptions? Generation { get; set; }

    /// <summary>Everything that is wrong with these options; no files of the model are read.</summary>
    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(ModelPath))
            yield return "ModelPath is not set; it names the model folder.";
        else if (!Directory.Exists(ModelFolder.Locate(ModelPath)))
            yield return $"ModelPath: there is no folder '{Path.GetFullPath(ModelPath)}'.";
        if (ExtraRoot is not null && !Directory.Exists(ExtraRoot))
            yield return $"ExtraRoot: there is no folder '{ExtraRoot}'.";
        string[] device = (Device ?? "").Split(':');
        if (device is not (["cpu" or "cuda" or "mps"] or ["cuda", _])
            || (device.Length == 2 && !ushort.TryParse(device[1], out _)))
        {
            yield return $"Device is '{Device}'; it must be cpu, cuda, cuda:N or mps.";
        }
        if (!Enum.IsDefined(Precision))
            yield return $"Precision {Precision} is unknown.";
        if (Generation?.Problem() is { } problem)
            yield return problem;
    }
}
