using LeVo.Core.Cpu;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Testing;

namespace LeVo.Core.Tests.Cpu;

/// <summary>Cache files are believed only when they are whole and made from the same model.</summary>
public sealed unsafe class CacheFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly WorkerPool pool = new(2);
    private readonly byte[] content = [.. Enumerable.Range(0, (1 << 22) + 12345).Select(i => (byte)(i * 31 >> 3))];

    private string Path => folder["weights.levo"];

    public void Dispose()
    {
        pool.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void WhatWasWrittenComesBack()
    {
        Write();
        using CacheFile file = Open("key")!;
        Assert.True(new ReadOnlySpan<byte>(file.Data, content.Length).SequenceEqual(content));
        Assert.Equal(0, (nint)file.Data % 64);
        Assert.Equal(["weights.levo"], Directory.EnumerateFiles(folder.Path).Select(System.IO.Path.GetFileName));
    }

    [Fact]
    public void OtherKeysSizesAndMissingFilesDoNotCount()
    {
        Assert.Null(Open("key"));
        Write();
        Assert.Null(Open("kez"));
        Assert.Null(Open("another key"));
        Assert.Null(CacheFile.TryOpen(Path, "key", content.Length - 1, pool));
        File.WriteAllBytes(Path, []);
        Assert.Null(Open("key"));
    }

    /// <summary>A changed byte anywhere: in the header, the sums, either part of the content.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(33)]
    [InlineData(37)]
    [InlineData(4000)]
    [InlineData(4096)]
    [InlineData(1_000_000)]
    [InlineData(-1)]
    public void DamageIsSeen(int at)
    {
        Write();
        byte[] bytes = File.ReadAllBytes(Path);
        bytes[at < 0 ? bytes.Length - 1 : at] ^= 1;
        File.WriteAllBytes(Path, bytes);
        Assert.Null(Open("key"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void ATornFileIsSeen(int length)
    {
        Write();
        using (FileStream file = File.OpenWrite(Path))
            file.SetLength(length);
        Assert.Null(Open("key"));
    }

    [Fact]
    public void AFailedWriteLeavesNothing()
    {
        Assert.Throws<FormatException>(() => CacheFile.Write(Path, "key", 5, _ => throw new FormatException()));
        Assert.Throws<InvalidOperationException>(() => CacheFile.Write(Path, "key", 5, append => append([1, 2])));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    /// <summary>First start writes weights and null prefix; the second reads no weight of the checkpoint; a torn file
    /// is made anew; all give the same logits.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    public void AnEngineStartsFromItsCacheFiles(int bits)
    {
        var options = new CpuEngineOptions
        {
            Bits = (WeightBits)bits,
            Threads = 2,
            Cache = new(folder.Path, "model.0123", "hash"),
        };
        float[] first = Logits(options, new(CpuModel.Small));
        string weights = folder[$"model.0123.int{bits}.levo"];
        Assert.Equal(2, Directory.GetFiles(folder.Path, $"model.0123.int{bits}*.levo").Length);

        var bare = new SeededFloats(CpuModel.Small);
        bare.Replace("transformer.model.layers.0.mlp.up_proj.weight", new float[224 * 96], 224, 96);
        Assert.Equal(first, Logits(options, bare));

        using (FileStream file = File.OpenWrite(weights))
            file.SetLength(file.Length / 2);
        Assert.Equal(first, Logits(options, new(CpuModel.Small)));
        bare = new SeededFloats(CpuModel.Small);
        bare.Replace("transformer.model.layers.0.mlp.up_proj.weight", new float[224 * 96], 224, 96);
        Assert.Equal(first, Logits(options, bare));
        Assert.NotEqual(first, Logits(options with { Cache = CacheFolder.None }, bare));
    }

    [Fact]
    public void WithoutAFolderToWriteInTheWeightsStayInMemory()
    {
        var reasons = new List<string>();
        var options = new CpuEngineOptions { Threads = 2, Cache = new(folder["missing"], "model", "hash") };
        LeLmConfig config = CpuModel.Small;
        using CpuEngine engine = CpuEngine.Build(
            new SeededFloats(config), config, options, "a test", reasons.Add);
        Assert.False(engine.IsMapped);
        Assert.Contains("missing", Assert.Single(reasons));
    }

    private static float[] Logits(CpuEngineOptions options, SeededFloats source)
    {
        using CpuEngine engine = CpuModel.Build(CpuModel.Small, options, source);
        Assert.Equal(options.Cache.Folder is not null, engine.IsMapped);
        using ILeLmSequence stepper = engine.Start(CpuModel.Preparer(CpuModel.Small), CpuModel.Song, 3);
        return CpuModel.Decode(stepper, CpuModel.Small, CpuModel.Columns("columns", CpuModel.Small, 3), 1)[^1];
    }

    private CacheFile? Open(string key) => CacheFile.TryOpen(Path, key, content.Length, pool);

    private void Write() => CacheFile.Write(Path, "key", content.Length, append =>
    {
        append(content.AsSpan(0, 4096));
        append(content.AsSpan(4096));
    });
}
