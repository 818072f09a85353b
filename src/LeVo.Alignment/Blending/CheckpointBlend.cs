using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Alignment.Blending;

/// <summary>
/// Linear interpolation of all parameters of several checkpoints (paper, section 3.5): theta = sum of lambda_i
/// theta_i. Tensors are processed one at a time, so that only one tensor of each checkpoint is in memory.
/// </summary>
public static class CheckpointBlend
{
    /// <summary>
    /// Writes a blend as a safetensors file, in the types of the first checkpoint. The file is written atomically.
    /// </summary>
    /// <param name="parts">The checkpoints, which have the same tensors of the same shapes, and their weights, which
    /// sum to 1.</param>
    /// <param name="outputPath">The file.</param>
    /// <param name="progress">Receives the number of tensors written so far.</param>
    /// <param name="cancellationToken">Cancels between two tensors; no file is written then.</param>
    /// <exception cref="ArgumentException">There are no parts, or their weights don't sum to 1.</exception>
    /// <exception cref="ModelLoadException">Keys, shapes or types differ; the message lists all differences. Nothing
    /// is written then.</exception>
    public static void Write(IReadOnlyList<(string Path, double Lambda)> parts, string outputPath,
        IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        double sum = parts.Sum(part => part.Lambda);
        if (parts.Count == 0 || !(Math.Abs(sum - 1) <= 1e-6))
            throw new ArgumentException($"The weights of {parts.Count} checkpoints sum to {sum}, not to 1.",
                nameof(parts));
        var files = new List<Checkpoint>();
        try
        {
            foreach ((string path, _) in parts)
                files.Add(Checkpoint.Open(path));
            Check(files);
            int done = 0;
            SafetensorsWriter.Write(outputPath, files[0].Tensors.Values.Select(one =>
                TensorWriter.Create(one.Name, one.Type, one.Shape, () =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress?.Report(++done);
                    return Mix(one.Name, files, parts);
                })));
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    private static Tensor Mix(string name, List<Checkpoint> files, IReadOnlyList<(string Path, double Lambda)> parts)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor first = files[0].Load(name);
        // Tensors that are not floating-point are equal in all checkpoints, and equal weights stay bit-identical.
        if (!first.is_floating_point() || files.Skip(1).All(file => Same(first, file, name)))
            return first.MoveToOuterDisposeScope();
        Tensor mixed = zeros(first.shape, float64);
        for (int i = 0; i < files.Count; i++)
        {
            using Tensor value = files[i].Load(name);
            using Tensor wide = value.to(float64);
            mixed.AddInPlace(wide, parts[i].Lambda);
        }
        return mixed.to(first.dtype).MoveToOuterDisposeScope();
    }

    private static bool Same(Tensor first, Checkpoint file, string name)
    {
        using Tensor other = file.Load(name);
        return first.dtype == other.dtype && first.Equals(other);
    }

    private static void Check(List<Checkpoint> files)
    {
        var problems = new List<string>();
        foreach (Checkpoint other in files.Skip(1))
        {
            foreach ((string name, StoredTensor tensor) in files[0].Tensors)
            {
                if (!other.Tensors.TryGetValue(name, out StoredTensor? found))
                    problems.Add($"'{other.Path}' lacks '{name}'");
                else if (!found.Shape.AsSpan().SequenceEqual(tensor.Shape))
                {
                    problems.Add($"'{other.Path}': '{name}' is {StoredTensor.Text(found.Shape)}, "
                        + $"not {StoredTensor.Text(tensor.Shape)}");
                }
                else if (found.Type.IsFloatingPoint() != tensor.Type.IsFloatingPoint())
                    problems.Add($"'{other.Path}': '{name}' contains {found.Type}, not {tensor.Type}");
            }
            problems.AddRange(other.Tensors.Keys.Except(files[0].Tensors.Keys)
                .Select(name => $"'{files[0].Path}' lacks '{name}' of '{other.Path}'"));
        }
        if (problems.Count > 0)
            throw new ModelLoadException("a blend of checkpoints", problems);
    }
}
