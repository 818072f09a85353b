using System.Runtime.InteropServices;
using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Tensors;

/// <summary>
/// Tensors of a checkpoint in libtorch's memory. Large tensors are mapped, not read: each has its own private copy-on-write
/// mapping, so that it stays valid when the file is closed, never aliases another tensor, and returns its pages when it is
/// disposed. Small or misaligned ones are copied.
/// </summary>
internal static class CheckpointTensors
{
    /// <summary>Bytes from which on a tensor is mapped; a mapping takes whole pages.</summary>
    public const long SmallestMapping = 1 << 20;

    private const int ChunkBytes = 1 << 26;

    /// <summary>A tensor in its stored type on the CPU, owned by the caller and valid after the file is closed.</summary>
    /// <exception cref="KeyNotFoundException">The file has no tensor of this name.</exception>
    public static Tensor Load(this ICheckpoint file, string name)
    {
        StoredTensor stored = file.Tensors[name];
        LeVoRuntime.EnsureTorch();
        using var scope = NewDisposeScope();
        if (stored.Count == 0)
            return empty(stored.Shape, stored.Type.ToScalarType()).MoveToOuterDisposeScope();
        Tensor flat = Map(file, stored) ?? Copy(file, stored);
        // as_strided counts from the start of the storage: without the offset it would show the mapped file's start.
        Tensor shaped = stored.IsContiguous
            ? flat.view(stored.Shape)
            : flat.as_strided(stored.Shape, stored.Strides, flat.storage_offset());
        // A transposed tensor is laid out anew; an expanded one stays a view, whatever size it claims.
        if (!stored.IsContiguous && stored.ByteCount <= stored.ExtentBytes)
            shaped = shaped.contiguous();
        return shaped.MoveToOuterDisposeScope();
    }

    private static Tensor? Map(ICheckpoint file, StoredTensor stored)
    {
        int size = stored.Type.Size();
        if (stored.ExtentBytes < SmallestMapping || stored.Offset % size != 0)
            return null;
        try
        {
            long first = stored.Offset / size, count = stored.ExtentBytes / size;
            return from_file(file.ContentPath, shared: false, first + count, stored.Type.ToScalarType())
                .narrow(0, first, count);
        }
        catch (ExternalException)
        {
            return null; // No mapping on this system, or none this large: reading works everywhere.
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
            file.ReadBytes(stored.Offset + done * size, part.bytes);
        }
        return flat;
    }
}
