using LeVo.Core.IO;

namespace LeVo.Core.Checkpoints;

/// <summary>A checkpoint whose loading can be cancelled, before every tensor.</summary>
internal sealed class StoppableCheckpoint(ICheckpoint file, CancellationToken stop) : ICheckpoint
{
    public string Path => file.Path;

    public string ContentPath(int index = 0) => file.ContentPath(index);

    public IReadOnlyDictionary<string, StoredTensor> Tensors
    {
        get
        {
            stop.ThrowIfCancellationRequested();
            return file.Tensors;
        }
    }

    public IReadOnlyDictionary<string, string> Metadata => file.Metadata;

    public void ReadBytes(long offset, Span<byte> destination, int index = 0) =>
        file.ReadBytes(offset, destination, index);

    public void Read(string name, long offset, Span<byte> destination) => file.Read(name, offset, destination);

    public MappedFile Map(int index = 0) => file.Map(index);

    public void Dispose() => file.Dispose();
}
