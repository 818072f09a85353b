using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using LeVo.Core.Adapters;
using LeVo.Core.Checkpoints;
using LeVo.Core.Cpu;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Model;

namespace LeVo.Core;

/// <summary>
/// Converts files with a model's tensors: safetensors, archives of <c>torch.save</c>, and GGUF files of any type that is
/// read. Tensors are read and written one after the other, so that memory holds one at a time.
/// </summary>
public static partial class ModelConverter
{
    private const int ChunkElements = 1 << 20;
    private const int LongestMetadata = 1024;

    /// <summary>
    /// Writes the tensors of a file as a safetensors file, under the names of state dicts. Matrices and convolutions get the
    /// type that is asked for; vectors (norms, biases, statistics) are written in float32, and integers as they are.
    /// </summary>
    /// <param name="source">A file of tensors; or a model folder, which stands for its language model.</param>
    /// <param name="target">The file to write; its folder is created.</param>
    /// <param name="precision"><see cref="ModelPrecision.Float32"/>, <see cref="ModelPrecision.BFloat16"/> or
    /// <see cref="ModelPrecision.Float16"/>.</param>
    /// <param name="progress">Receives the part that is done, 0 to 1, or null.</param>
    /// <param name="cancellationToken">Stops the conversion; nothing is written then.</param>
    /// <exception cref="ArgumentException">The precision is another one, or source and target are one file.</exception>
    /// <exception cref="ModelLoadException">The folder is not a model's.</exception>
    /// <exception cref="InvalidDataException">The file is invalid, or a value is too large for the type.</exception>
    /// <exception cref="IOException">A file can't be read or written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void ToSafetensors(string source, string target, ModelPrecision precision,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(target);
        if (precision is not (ModelPrecision.Float32 or ModelPrecision.BFloat16 or ModelPrecision.Float16))
            throw new ArgumentException($"Safetensors files hold Float32, BFloat16 or Float16, not {precision}.", nameof(precision));
        ElementType type = precision.ToElementType();
        string file = Directory.Exists(source) ? ModelFolder.Open(source).LeLmFile : source;
        if (Path.GetFullPath(file) == Path.GetFullPath(target))
            throw new ArgumentException($"'{target}' is the file that is read.", nameof(target));
        using Checkpoint checkpoint = Checkpoint.Open(file);
        using var floats = new CheckpointFloats(checkpoint);
        long total = Math.Max(1, checkpoint.Tensors.Values.Sum(stored => stored.Count)), done = 0;
        IEnumerable<TensorToWrite> tensors = checkpoint.Tensors.Values.Select(stored => new TensorToWrite(
            stored.Name, TypeOf(stored, type), stored.Shape, stream =>
            {
                foreach (ReadOnlyMemory<byte> chunk in Chunks(checkpoint, floats, stored, TypeOf(stored, type)))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    stream.Write(chunk.Span);
                }
                progress?.Report((double)(done += stored.Count) / total);
            }));
        SafetensorsWriter.Write(target, tensors, checkpoint.Metadata.Where(pair => pair.Value.Length <= LongestMetadata)
            .ToDictionary(pair => pair.Key, pair => pair.Value));
    }

    /// <summary>
    /// Writes the file of quantised weights that <see cref="ModelBackend.Cpu"/> keeps beside the language model, unless it
    /// is there: the first start has no work left then.
    /// </summary>
    /// <param name="model">A model folder, or a GGUF file with a language model.</param>
    /// <param name="precision"><see cref="ModelPrecision.Int8"/> or <see cref="ModelPrecision.Int4"/>.</param>
    /// <param name="progress">Receives the part that is done, 0 to 1, or null.</param>
    /// <param name="cancellationToken">Stops the work; nothing is written then.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ArgumentException">The precision is another one.</exception>
    /// <exception cref="ModelLoadException">Files or tensors are missing or invalid; the message lists all of
    /// them.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static string ToCpuWeights(string model, ModelPrecision precision = ModelPrecision.Int8,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        if (precision is not (ModelPrecision.Int8 or ModelPrecision.Int4))
            throw new ArgumentException($"The CPU engine's weights are Int8 or Int4, not {precision}.", nameof(precision));
        ModelFolder folder = ModelFolder.Open(model);
        var options = new CpuEngineOptions
        {
            Bits = precision.ToWeightBits(),
            Cache = CacheFolder.Beside(folder.LeLmFile, AdapterSet.None),
        };
        int tensors = new LeLmTensors(folder.Config).Used.Count(), found = 0;
        var source = new WatchedFloats(new CheckpointFloats(folder.OpenLeLm()), () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Names and shapes are checked first, which finds each tensor once.
            progress?.Report(Math.Clamp((double)(Interlocked.Increment(ref found) - tensors) / tensors, 0, 1));
        });
        using CpuEngine engine = CpuEngine.Build(source, folder.Config, options, folder.LeLmName,
            reason => throw new IOException(reason));
        return options.Cache.File(CpuEngine.Kind(options.Bits))!;
    }

    private static ElementType TypeOf(StoredTensor stored, ElementType wanted) => !stored.Type.IsFloatingPoint()
        ? stored.Type
        : stored.Shape.Length < 2 ? ElementType.Float32 : wanted;

    /// <summary>The values of a tensor in a type; each chunk is valid until the next one.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Chunks(
        Checkpoint file, CheckpointFloats floats, StoredTensor stored, ElementType type)
    {
        float[]? extent = stored.IsContiguous || !stored.Type.IsFloatingPoint() ? null : floats.ReadExtent(stored);
        var values = new float[Math.Min(ChunkElements, stored.Count)];
        byte[] bytes = new byte[values.Length * Math.Max(type.Size(), 1)];
        for (long first = 0; first < stored.Count; first += ChunkElements)
        {
            int count = (int)Math.Min(ChunkElements, stored.Count - first);
            Memory<byte> chunk = bytes.AsMemory(0, count * type.Size());
            if (!stored.Type.IsFloatingPoint())
            {
                file.Read(stored.Name, first * type.Size(), chunk.Span);
            }
            else
            {
                if (extent is null)
                    floats.Find(stored.Name)!.Read(first, values.AsSpan(0, count));
                for (int i = 0; extent is not null && i < count; i++)
                    values[i] = extent[stored.Position(first + i)];
                Convert(stored.Name, values.AsSpan(0, count), type, chunk.Span);
            }
            yield return chunk;
        }
    }

    private static void Convert(string name, ReadOnlySpan<float> values, ElementType type, Span<byte> bytes)
    {
        switch (type)
        {
            case ElementType.Float16:
                Span<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes);
                TensorPrimitives.ConvertToHalf(values, halves);
                for (int i = 0; i < values.Length; i++)
                    if (Half.IsInfinity(halves[i]) && float.IsFinite(values[i]))
                        throw new InvalidDataException($"'{name}' has the value {values[i]}, which is too large for float16.");
                break;
            case ElementType.BFloat16:
                Span<ushort> rounded = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int i = 0; i < values.Length; i++)
                {
                    uint bits = BitConverter.SingleToUInt32Bits(values[i]);
                    // To the nearest, ties to even; a NaN stays one.
                    rounded[i] = (ushort)(float.IsNaN(values[i]) ? bits >> 16 | 0x40 : bits + 0x7FFF + (bits >> 16 & 1) >> 16);
                }
                break;
            default:
                MemoryMarshal.AsBytes(values).CopyTo(bytes);
                break;
        }
    }

    /// <summary>Tells when a tensor is looked up, which the engine does before it reads one.</summary>
    private sealed class WatchedFloats(IFloatSource source, Action looked) : IFloatSource
    {
        public IFloatTensor? Find(string name)
        {
            looked();
            return source.Find(name);
        }

        public void Dispose() => source.Dispose();
    }
}
