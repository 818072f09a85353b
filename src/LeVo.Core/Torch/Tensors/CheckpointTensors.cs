using System.Runtime.InteropServices;
using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Tensors;

/// <summary>
/// Loads tensors of a checkpoint as libtorch tensors. Large tensors are memory-mapped: each has its own private
/// copy-on-write mapping, so that it stays valid when the file is closed, never aliases another tensor, and releases
/// its pages when it is disposed. Small or misaligned tensors are copied, quantised ones are decoded to float32.
/// </summary>
internal static class CheckpointTensors
{
    /// <summary>Minimum size in bytes of a mapped tensor, because mappings take whole pages.</summary>
    public const long SmallestMapping = 1 << 20;

    private const int ChunkBytes = 1 << 26;

    /// <summary>
    /// Loads a tensor in its stored type on the CPU, owned by the caller and valid after the file is closed.
    /// </summary>
    /// <exception cref="KeyNotFoundException">The file has no tensor of this name.</exception>
    public static Tensor Load(this ICheckpoint file, string name)
    {
        StoredTensor stored = file.Tensors[name];
        LeVoRuntime.EnsureTorch();
        using var scope = NewDisposeScope();
        if (stored.Count == 0)
            return empty(stored.Shape, stored.Type.ToScalarType()).MoveToOuterDisposeScope();
        Tensor flat = Map(file, stored) ?? Copy(file, stored);
        // as_strided counts from the start of the storage, which is the start of the mapped file.
        Tensor shaped = stored.IsContiguous
            ? flat.view(stored.Shape)
            : flat.as_strided(stored.Shape, stored.Strides, flat.storage_offset());
        // A transposed tensor is copied to contiguous memory; an expanded one stays a view, because its size may be
        // much larger than the file.
        if (!stored.IsContiguous && stored.ByteCount <= stored.ExtentBytes)
            shaped = shaped.contiguous();
        return shaped.MoveToOuterDisposeScope();
    }

    private static Tensor? Map(ICheckpoint file, StoredTensor stored)
    {
        int size = stored.Type.Size();
        if (stored.Blocks is not null || stored.ExtentBytes < SmallestMapping || stored.Offset % size != 0 || stored.Type.IsFloat8())
            return null;
        try
        {
            long first = stored.Offset / size, count = stored.ExtentBytes / size;
            return from_file(file.ContentPath(stored.File), shared: false, first + count, stored.Type.ToScalarType())
                .narrow(0, first, count);
        }
        catch (ExternalException)
        {
            return null; // Mapping is not supported or failed: the caller reads the file instead.
        }
    }

    private static Tensor Copy(ICheckpoint file, StoredTensor stored)
    {
        int size = stored.Type.Size();
        long count = stored.ExtentBytes / size;
        Tensor flat = empty(count, stored.Type.ToScalarType());
        for (long done = 0; done < count; done += ChunkBytes / size)
        {
            using Tensor part = flat.narrow(0, done, Math.Min(ChunkBytes / size, count - done));
            if (stored.Type.IsFloat8())
            {
                byte[] raw = new byte[part.numel()];
                file.ReadBytes(stored.Offset + done, raw, stored.File);
                Float8.ToBFloat16(stored.Type, raw, MemoryMarshal.Cast<byte, ushort>(part.bytes));
                continue;
            }
            file.ReadElements(stored, done, part.bytes);
        }
        return flat;
    }
}
