using static TorchSharp.torch;

namespace LeVo.Core.Training;

/// <summary>
/// The copies of a model that train together, each in a process of its own with a part of every update's batches (data-parallel
/// training). All copies run the same program with the same options.
/// </summary>
public interface IReplicas
{
    /// <summary>Index of this copy, from 0. The first writes all files and reports.</summary>
    int Rank { get; }

    /// <summary>Number of copies.</summary>
    int Count { get; }

    /// <summary>Replaces tensors by their sums over all copies, which give tensors of the same types and shapes.</summary>
    /// <exception cref="NotSupportedException">A tensor has a type that can't be summed.</exception>
    internal void Sum(IReadOnlyList<Tensor> tensors);

    /// <summary>Replaces tensors by those of the first copy.</summary>
    internal void Broadcast(IReadOnlyList<Tensor> tensors);

    /// <summary>Ends the processes of all copies, because this one can't go on; does not return if there are others.</summary>
    internal void Abort(string reason);
}

/// <summary>A model that trains alone.</summary>
internal sealed class SingleReplica : IReplicas
{
    public static SingleReplica Instance { get; } = new();

    public int Rank => 0;

    public int Count => 1;

    void IReplicas.Sum(IReadOnlyList<Tensor> tensors)
    {
    }

    void IReplicas.Broadcast(IReadOnlyList<Tensor> tensors)
    {
    }

    void IReplicas.Abort(string reason)
    {
    }
}
