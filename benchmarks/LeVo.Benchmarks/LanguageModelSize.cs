using System.Globalization;
using LeVo.Core.Model;
using LeVo.Core.Torch.LanguageModel;

namespace LeVo.Benchmarks;

/// <summary>Sizes of a LeLM that speed depends on.</summary>
public sealed record LanguageModelSize(
    string Name, int Width, int FeedForward, int Heads, int Layers, int TrackLayers, int Codes, int Prefix)
{
    /// <summary>Seven numbers, in the order of this record's parameters.</summary>
    public const string Variable = "LEVO_BENCHMARK_LELM";

    /// <summary>The model in models/levo-demo.</summary>
    public static LanguageModelSize Demo { get; } = new("demo", 192, 512, 6, 5, 2, 512, 191);

    /// <summary>The size that the environment names, by default about a hundredth of the released one.</summary>
    public static LanguageModelSize Configured()
    {
        string text = Environment.GetEnvironmentVariable(Variable) ?? "512,1536,8,6,3,2048,256";
        int[] sizes = [.. text.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        return sizes.Length == 7
            ? new($"width {sizes[0]}", sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], sizes[6])
            : throw new FormatException($"{Variable} is '{text}', not seven numbers.");
    }

    public override string ToString() => Name;

    internal LeLmConfig ToConfig() => new()
    {
        Width = Width,
        FeedForwardWidth = FeedForward,
        Heads = Heads,
        MixedLayers = Layers,
        TrackLayers = TrackLayers,
        CodeSize = Codes,
        Delays = [0, 12, 12],
    };
}
