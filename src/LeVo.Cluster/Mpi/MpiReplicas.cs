using System.Globalization;
using LeVo.Core.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Cluster.Mpi;

/// <summary>
/// The processes that <c>mpirun</c> or <c>srun</c> has started, as replicas. Tensors pass through the host's memory. Without a
/// starter there is one replica. Linux, with MPICH (and libraries of its ABI) or Open MPI.
/// </summary>
public sealed class MpiReplicas : IReplicas
{
    private const int StagingBytes = 64 << 20; // also keeps counts below 2^31

    private readonly Lock gate = new();
    private readonly MpiLibrary library;
    private readonly nint sumOfBFloat16;

    private unsafe MpiReplicas()
    {
        library = MpiLibrary.Start();
        (Rank, Count) = library.World();
        sumOfBFloat16 = library.CreateOperation(&BFloat16Sum.Add);
        // With the library of another MPI each process believes to be alone, and all would write the same files.
        if ((Number("OMPI_COMM_WORLD_SIZE") ?? Number("PMI_SIZE")) is { } started && started != Count)
        {
            throw new InvalidOperationException($"{started} processes were started, and '{library.Name}' knows of {Count}: "
                + $"it is not the library of the program that started them. Name that one in {MpiLibrary.PathVariable}.");
        }
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Index of this process among those on its machine, from 0: the GPU to use, for example.</summary>
    public int LocalRank => Number("MPI_LOCALRANKID") ?? Number("OMPI_COMM_WORLD_LOCAL_RANK") ?? Number("SLURM_LOCALID") ?? 0;

    /// <summary>Runs a program on all replicas. Where it fails on one of them, or returns another exit code than 0, the processes
    /// of all are ended.</summary>
    /// <param name="program">Receives the replicas and returns the exit code.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="DllNotFoundException">There is no MPI library; the message names those that were tried.</exception>
    /// <exception cref="InvalidOperationException">The library is not that of the program that started the processes.</exception>
    public static async Task<int> RunAsync(Func<MpiReplicas, Task<int>> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var replicas = new MpiReplicas();
        int code;
        try
        {
            code = await program(replicas).ConfigureAwait(false);
        }
        catch (Exception e) when (replicas.Count > 1)
        {
            replicas.End(1, e.ToString());
            throw;
        }
        if (code != 0 && replicas.Count > 1)
            replicas.End(code, null); // the others may wait for this one
        replicas.library.Complete();
        return code;
    }

    void IReplicas.Abort(string reason)
    {
        if (Count > 1)
            End(1, reason);
    }

    unsafe void IReplicas.Sum(IReadOnlyList<Tensor> tensors) => Exchange(tensors, (buffer, count, type) =>
    {
        (nint name, nint operation) = type switch
        {
            ScalarType.Float32 => (library.Abi.Float32, library.Abi.Sum),
            ScalarType.Float64 => (library.Abi.Float64, library.Abi.Sum),
            ScalarType.Int64 => (library.Abi.Int64, library.Abi.Sum),
            ScalarType.BFloat16 => (library.Abi.UInt16, sumOfBFloat16),
            _ => throw new NotSupportedException($"Tensors of {type} can't be summed by MPI."),
        };
        library.AllReduce((void*)buffer, count, name, operation);
    });

    unsafe void IReplicas.Broadcast(IReadOnlyList<Tensor> tensors) => Exchange(tensors, (buffer, count, type) =>
        library.Broadcast((void*)buffer, checked(count * type.ElementSize()), library.Abi.Byte));

    /// <summary>Passes tensors through a buffer on the host, as many as fit at a time, in their order.</summary>
    private void Exchange(IReadOnlyList<Tensor> tensors, Action<nint, int, ScalarType> exchange)
    {
        if (Count == 1 || tensors.Count == 0)
            return;
        lock (gate)
        {
            foreach (var group in tensors.GroupBy(tensor => tensor.dtype).OrderBy(group => group.Key))
            {
                using var scope = NewDisposeScope();
                using var noGradient = no_grad();
                Pass([.. group.Select(tensor => tensor.detach())], group.Key, exchange);
            }
        }
    }

    private static unsafe void Pass(Tensor[] tensors, ScalarType type, Action<nint, int, ScalarType> exchange)
    {
        long room = StagingBytes / type.ElementSize(), used = 0;
        room = Math.Min(room, tensors.Sum(tensor => tensor.numel()));
        using Tensor staging = empty([room], type, CPU);
        var waiting = new List<(Tensor Target, long At)>();
        foreach (Tensor tensor in tensors)
        {
            Tensor flat = tensor.is_contiguous() ? tensor.view(-1)
                : throw new NotSupportedException("Tensors that are not contiguous can't be exchanged.");
            for (long start = 0; start < flat.numel();)
            {
                long count = Math.Min(flat.numel() - start, room - used);
                Tensor part = flat.narrow(0, start, count);
                staging.narrow(0, used, count).copy_(part);
                waiting.Add((part, used));
                (start, used) = (start + count, used + count);
                if (used == room)
                    Flush();
            }
        }
        if (used > 0)
            Flush();

        void Flush()
        {
            fixed (byte* buffer = staging.bytes)
                exchange((nint)buffer, (int)used, type);
            foreach ((Tensor target, long at) in waiting)
                target.copy_(staging.narrow(0, at, target.numel()));
            waiting.Clear();
            used = 0;
        }
    }

    private void End(int code, string? reason)
    {
        if (reason is not null)
            Console.Error.WriteLine($"Replica {Rank} of {Count} ends all: {reason}");
        Console.Error.Flush();
        Console.Out.Flush();
        library.Abort(code);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}
