using LeVo.Core.Checkpoints;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Listings;

namespace LeVo.Core.Cpu.Weights;

/// <summary>
/// The location of each weight in the engine's block of memory, and the tensors that it is quantised from. Layers
/// register their weights first; then the block is filled, or loaded from a cache file, and bound.
/// </summary>
internal sealed unsafe class WeightPlan
{
    private const int Alignment = 64;
    private readonly List<Entry> entries = [];

    /// <summary>Bytes of the block.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes of all matrices, which a step reads.</summary>
    public long MatrixBytes => entries.Where(entry => entry.Matrix is not null).Sum(entry => entry.Matrix!.Bytes);

    /// <summary>
    /// Registers a matrix of one tensor, or of several with the same inputs, whose outputs are concatenated.
    /// </summary>
    public QuantizedMatrix Matrix(WeightBits bits, params TensorInfo[] parts)
    {
        var matrix = new QuantizedMatrix(bits, (int)parts[0].Shape[1], (int)parts.Sum(part => part.Shape[0]));
        entries.Add(new(parts, Bytes, matrix, null));
        Bytes += BlockFormat.RoundUp(matrix.Bytes, Alignment);
        return matrix;
    }

    /// <summary>Registers a vector, which is stored as float32.</summary>
    public FloatVector Vector(TensorInfo tensor)
    {
        var vector = new FloatVector((int)tensor.Shape[0]);
        entries.Add(new([tensor], Bytes, null, vector));
        Bytes += BlockFormat.RoundUp(vector.Bytes, Alignment);
        return vector;
    }

    /// <summary>Binds all weights to their locations in a block.</summary>
    public void Bind(byte* block)
    {
        foreach (Entry entry in entries)
        {
            entry.Matrix?.Bind(block + entry.Offset);
            entry.Vector?.Bind(block + entry.Offset);
        }
    }

    /// <summary>Returns the problem with a tensor of the source, or null.</summary>
    public static string? Problem(IFloatSource source, TensorInfo tensor)
    {
        IFloatTensor? found = source.Find(tensor.Name);
        return tensor.Problem(found?.Shape, found?.OtherType, found?.OtherType is null);
    }

    /// <summary>Quantises all entries, one at a time, into memory provided by the caller.</summary>
    /// <param name="source">The tensors.</param>
    /// <param name="pool">The worker threads.</param>
    /// <param name="place">Returns memory for an entry, given its size in bytes and its offset in the block; all of
    /// it is written.</param>
    /// <param name="done">Called with an entry's size in bytes when it is complete.</param>
    public void Fill(IFloatSource source, WorkerPool pool, Func<long, long, nint> place, Action<long>? done = null)
    {
        foreach (Entry entry in entries)
        {
            byte* memory = (byte*)place(entry.Offset, entry.Bytes);
            if (entry.Vector is { } vector)
                FillVector(source, entry, vector, memory);
            else
                FillMatrix(source, pool, entry, entry.Matrix!, memory);
            done?.Invoke(entry.Bytes);
        }
    }

    private static void FillVector(IFloatSource source, Entry entry, FloatVector vector, byte* memory)
    {
        var values = new Span<float>(memory, vector.Padded);
        values.Clear();
        Tensor(source, entry.Parts[0].Name).Read(0, values[..vector.Length]);
    }

    private static void FillMatrix(
        IFloatSource source, WorkerPool pool, Entry entry, QuantizedMatrix matrix, byte* memory)
    {
        (IFloatTensor Tensor, int First, int End)[] parts = new (IFloatTensor, int, int)[entry.Parts.Length];
        int outputs = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            int count = (int)entry.Parts[i].Shape[0];
            parts[i] = (Tensor(source, entry.Parts[i].Name), outputs, outputs + count);
            outputs += count;
        }
        int padded = matrix.Groups * BlockFormat.Group;
        using NativeBlock scratch = NativeBlock.ForFloats((long)pool.Threads * BlockFormat.Outputs * padded);
        nint rows = (nint)scratch.Pointer;
        // Integers can be kept where the source has the engine's own groups.
        bool isAligned = matrix.Bits == WeightBits.Eight && matrix.Inputs == padded;
        pool.For(matrix.Blocks, 4, (start, end, worker) =>
        {
            float* floats = (float*)rows + (long)worker * BlockFormat.Outputs * padded;
            QuantizedSource? quantized = isAligned ? new(matrix.Groups) : null;
            for (int block = start; block < end; block++)
            {
                new Span<float>(floats, BlockFormat.Outputs * padded).Clear();
                for (int i = 0; i < BlockFormat.Outputs; i++)
                {
                    int output = block * BlockFormat.Outputs + i;
                    quantized?.Forget(i);
                    foreach ((IFloatTensor tensor, int first, int last) in parts)
                    {
                        if (output < first || output >= last)
                            continue;
                        long at = (long)(output - first) * matrix.Inputs;
                        if (quantized?.TryRead(tensor, at, i) != true)
                            tensor.Read(at, new Span<float>(floats + i * padded, matrix.Inputs));
                    }
                }
                WeightQuantizer.Pack(matrix.Bits, floats, matrix.Groups, matrix.Block(memory, block),
                    matrix.Scales(memory, block), quantized);
            }
        });
    }

    private static IFloatTensor Tensor(IFloatSource source, string name) =>
        source.Find(name) ?? throw new KeyNotFoundException($"'{name}' is missing.");

    private sealed record Entry(
        TensorInfo[] Parts, long Offset, QuantizedMatrix? Matrix, FloatVector? Vector)
    {
        public long Bytes => BlockFormat.RoundUp(Matrix?.Bytes ?? Vector!.Bytes, Alignment);
    }
}
