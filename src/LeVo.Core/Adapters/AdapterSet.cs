using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LeVo.Core.Model;

namespace LeVo.Core.Adapters;

/// <summary>The adapters of a loaded model; what they add to a weight is summed. Immutable.</summary>
internal sealed class AdapterSet
{
    private readonly (AdapterFile File, double Scale)[] adapters;

    private AdapterSet((AdapterFile File, double Scale)[] adapters) => this.adapters = adapters;

    /// <summary>No adapters.</summary>
    public static AdapterSet None { get; } = new([]);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => adapters.Length == 0;

    /// <summary>The adapters in the order in which they were given.</summary>
    public IReadOnlyList<AdapterInfo> Infos =>
        [.. adapters.Select(adapter => new AdapterInfo(adapter.File.Name, adapter.Scale, adapter.File.Hash))];

    /// <summary>Reads adapters of a model.</summary>
    /// <exception cref="InvalidDataException">A file is corrupt or does not fit the model.</exception>
    /// <exception cref="IOException">A file is missing or can't be read.</exception>
    public static AdapterSet Read(IReadOnlyList<ModelAdapter> adapters, ModelFolder folder)
    {
        if (adapters.Count == 0)
            return None;
        string hash = AdapterFile.HashOf(folder.LeLmFile);
        var tensors = new LeLmTensors(folder.Config);
        return new([.. adapters.Select(adapter => (AdapterFile.Read(adapter.Path, tensors, hash), adapter.Scale))]);
    }

    /// <summary>What is added to a weight, with the scales of both the adapter and the application.</summary>
    public IReadOnlyList<LowRankPair> Of(string weight) =>
    [
        .. adapters.Where(adapter => adapter.File.Pairs.ContainsKey(weight)).Select(adapter =>
            adapter.File.Pairs[weight] with { Scale = adapter.File.Pairs[weight].Scale * adapter.Scale }),
    ];

    /// <summary>A model's hash that differs for every combination of adapters and scales; its own without adapters.</summary>
    public string HashWith(string model)
    {
        if (IsEmpty)
            return model;
        var text = new StringBuilder(model);
        foreach ((AdapterFile file, double scale) in adapters)
            text.Append(CultureInfo.InvariantCulture, $"\n{file.Hash} {scale:R}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
