using LeVo.Core.Checkpoints;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>Networks in one small safetensors file, 16-bit floats, each network's tensors under its name.</summary>
internal static class FrameNetFile
{
    public static void Save(string path, params (string Name, FrameNet Net)[] nets)
    {
        using var noGrad = no_grad();
        TensorWriter.Save(path, Tensors(nets), floats: ScalarType.Float16);
    }

    /// <exception cref="InvalidDataException">The file does not hold these networks.</exception>
    public static void Load(string path, params (string Name, FrameNet Net)[] nets)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Checkpoint file = Checkpoint.Open(path);
        foreach ((string name, Tensor value) in Tensors(nets))
        {
            if (!file.Tensors.TryGetValue(name, out StoredTensor? stored) || stored.Type != ElementType.Float16
                || !stored.Shape.SequenceEqual(value.shape))
            {
                throw new InvalidDataException($"'{path}' is no file of recognisers: it lacks '{name}' in this shape and type.");
            }
            value.copy_(file.Load(name));
        }
    }

    // Weights and running statistics; the step counters of the norms are of no use.
    private static IEnumerable<(string Name, Tensor Value)> Tensors((string Name, FrameNet Net)[] nets) =>
        from net in nets
        from entry in net.Net.state_dict()
        where entry.Value.is_floating_point()
        select ($"{net.Name}.{entry.Key}", entry.Value);
}
