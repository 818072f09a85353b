using LeVo.Codec.Model;
using LeVo.Core.Checkpoints;
using LeVo.Core.IO;
using LeVo.Core.Listings;
using LeVo.Core.Model;

namespace LeVo.Codec.Tests.Model;

/// <summary>Sizes are read from the shapes that the listing gives for them.</summary>
public sealed class CodecSizesReaderTests
{
    [Fact]
    public void ReleasedSizesComeFromTheirShapes()
    {
        foreach (CodecSizes sizes in (CodecSizes[])[CodecSizes.DualTrack, CodecSizes.Mixed with { HasDecoder = true }])
            Assert.Equal(sizes, Read(sizes, new CodecTensors(sizes).All));
    }

    [Fact]
    public void PartsMayBeMissing()
    {
        Assert.False(Read(CodecSizes.Mixed, new CodecTensors(CodecSizes.Mixed).All).HasDecoder);
        CodecSizes decoder = CodecSizes.DualTrack with { HasEncoder = false };
        CodecSizes read = Read(decoder, new CodecTensors(decoder).All);
        Assert.Equal((false, decoder.Estimator), (read.HasEncoder, read.Estimator));
    }

    [Fact]
    public void RotaryFrequenciesWiderThanTheModelLeaveOneHead()
    {
        CodecSizes sizes = CodecSizes.Mixed;
        string name = new CodecTensors(sizes).MusicFm!.InverseFrequencies.Name;
        Assert.Equal(1, Read(sizes, new CodecTensors(sizes).All.Select(
            tensor => tensor.Name == name ? tensor with { Shape = [10_000] } : tensor)).MusicFm.Heads);
    }

    [Fact]
    public void WhatIsMissingIsListed()
    {
        CodecTensors tensors = new(CodecSizes.DualTrack);
        string[] missing = [tensors.Quantizers[0].Quantizers[0].Codebook.Name, tensors.Flow!.Inputs.MaskEmbedding.Name];
        ModelLoadException e = Assert.Throws<ModelLoadException>(() =>
            Read(CodecSizes.DualTrack, tensors.All.Where(tensor => !missing.Contains(tensor.Name))));
        Assert.All(missing, name => Assert.Contains(e.Problems, problem => problem.Contains(name, StringComparison.Ordinal)));
    }

    private static CodecSizes Read(CodecSizes sizes, IEnumerable<TensorInfo> tensors) =>
        new CodecSizesReader(new Shapes(tensors), sizes.Streams).Read(sizes.Estimator.Heads);

    /// <summary>A checkpoint without values.</summary>
    private sealed class Shapes(IEnumerable<TensorInfo> tensors) : ICheckpoint
    {
        public string Path => "shapes";

        public string ContentPath(int file) => Path;

        public IReadOnlyDictionary<string, StoredTensor> Tensors { get; } = tensors.ToDictionary(
            tensor => tensor.Name, tensor => StoredTensor.Contiguous(tensor.Name, ElementType.Float32, tensor.Shape, 0));

        public IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string>();

        public void ReadBytes(long offset, Span<byte> destination, int file) => throw new InvalidOperationException();

        public void Read(string name, long offset, Span<byte> destination) => throw new InvalidOperationException();

        public MappedFile Map(int file) => throw new InvalidOperationException();

        public void Dispose()
        {
        }
    }
}
