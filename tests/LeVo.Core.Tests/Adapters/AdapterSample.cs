using LeVo.Core.Adapters;
using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Adapters;

/// <summary>An adapter of some matrices with values that their names give.</summary>
internal sealed record AdapterSample(string Seed, int Rank, double Scale, IReadOnlyList<TensorInfo> Matrices, ScalarType Type)
{
    /// <summary>Writes the adapter to a folder.</summary>
    public static AdapterSample Write(string path, ModelFolder model, int rank, double alpha,
        IReadOnlyList<TensorInfo> matrices, ScalarType type = ScalarType.Float32)
    {
        var sample = new AdapterSample(Path.GetFileName(path), rank, alpha / rank, matrices, type);
        using var scope = NewDisposeScope();
        TensorWriter.Save(Path.Combine(path, AdapterFile.FileName), matrices.SelectMany(matrix => (string[])["A", "B"],
            (matrix, part) => (AdapterFile.Prefix + AdapterFile.NameOf(matrix.Name, part), sample.Values(matrix, part))),
            new Dictionary<string, string> { [AdapterFile.BaseHash] = AdapterFile.HashOf(model.LeLmFile) });
        new AdapterConfig(rank, alpha / rank).Write(Path.Combine(path, AdapterConfig.FileName), alpha, ["q_proj"]);
        return sample;
    }

    /// <summary>Adds the product, computed element by element.</summary>
    public void AddTo(float[] weight, TensorInfo matrix, double scale)
    {
        if (!Matrices.Contains(matrix))
            return;
        using var scope = NewDisposeScope();
        float[] a = Values(matrix, "A").to(float32).data<float>().ToArray(), b = Values(matrix, "B").to(float32).data<float>().ToArray();
        long columns = matrix.Shape[1];
        for (int i = 0; i < weight.Length; i++)
            for (int r = 0; r < Rank; r++)
                weight[i] += (float)(scale * Scale * b[i / columns * Rank + r] * a[r * columns + i % columns]);
    }

    private Tensor Values(TensorInfo matrix, string part)
    {
        long[] shape = part == "A" ? [Rank, matrix.Shape[1]] : [matrix.Shape[0], Rank];
        return tensor(NameSeeded.Weight($"{Seed}/{matrix.Name}/{part}", shape), shape).to(Type);
    }
}
