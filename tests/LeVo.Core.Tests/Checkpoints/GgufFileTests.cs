using LeVo.Core.Checkpoints;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using LeVo.Testing.Gguf;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Checkpoints;

/// <summary>The container and the block formats.</summary>
public sealed class GgufFileTests : IDisposable
{
    private const string Name = "token_embd.mixed", Ours = "emb.0.weight";
    private readonly TemporaryFolder folder = new();

    /// <summary>Types, and the largest error relative to the largest value of a row.</summary>
    public static TheoryData<GgufTensorType, double> Types => new()
    {
        { GgufTensorType.F32, 0 }, { GgufTensorType.F16, 5e-4 }, { GgufTensorType.BF16, 4e-3 }, { GgufTensorType.Q8, 5e-3 },
        { GgufTensorType.Q6K, 0.03 }, { GgufTensorType.Q5K, 0.05 }, { GgufTensorType.Q4K, 0.09 },
    };

    [Theory, MemberData(nameof(Types))]
    public void EveryTypeIsRead(GgufTensorType type, double error)
    {
        float[] values = [.. NameSeeded.Uniform("values", 3 * 512).Select(value => (float)value)];
        new GgufWriter("levo2").Add(Name, type, values, 3, 512).Save(folder["a.gguf"]);
        using Checkpoint file = Checkpoint.Open(folder["a.gguf"]);
        Assert.Equal([3, 512], file.Tensors[Ours].Shape);
        using Tensor loaded = file.Load(Ours);
        using Tensor wide = loaded.to(float32);
        float[] read = wide.data<float>().ToArray();
        for (int i = 0; i < values.Length; i++)
            Assert.InRange(Math.Abs(read[i] - values[i]), 0, error);
        // Decoded in the middle of a block too.
        if (file.Tensors[Ours].Type == ElementType.Float32)
        {
            foreach ((int first, int count) in ((int, int)[])[(0, 1), (31, 2), (255, 3), (500, 600), (1535, 1)])
            {
                byte[] part = new byte[count * sizeof(float)];
                file.Read(Ours, first * sizeof(float), part);
                Assert.Equal(read[first..(first + count)], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(part).ToArray());
            }
        }
    }

    /// <summary>A block's bits, written by hand: each value is decoded from its place.</summary>
    [Fact]
    public void LowAndHighBitsAreWhereTheFormatsSay()
    {
        byte[] six = new byte[210];
        six.AsSpan(192, 16).Fill(1);
        BitConverter.TryWriteBytes(six.AsSpan(208), (Half)1);
        (six[64 + 37], six[128 + 32 + 5]) = (0x9A, 0b11_10_01_00);
        float[] values = Decode(GgufBlocks.Q6K, six);
        Assert.Equal(new float[] { -32, 16 + 0xA - 32, 32 - 32, 48 + 9 - 32 },
            new[] { values[128 + 5], values[128 + 32 + 5], values[128 + 64 + 5], values[128 + 96 + 5] });

        byte[] five = new byte[176];
        BitConverter.TryWriteBytes(five, (Half)1);
        BitConverter.TryWriteBytes(five.AsSpan(2), (Half)0.5);
        (five[4 + 1], five[4 + 5], five[16 + 3], five[48 + 3]) = (3, 4, 0b10, 0x70);
        // Sub-block 6: low four bits in byte 10, high two in byte 2.
        (five[4 + 10], five[4 + 2], five[16 + 8], five[48 + 96 + 8]) = (0x21, 0b01_000000, 0b0100_0000, 0x05);
        values = Decode(GgufBlocks.Q5K, five);
        Assert.Equal(3 * (16 + 7) - 0.5f * 4, values[32 + 3]);
        Assert.Equal((16 + 1) * (16 + 5) - 0.5f * 2, values[6 * 32 + 8]);
    }

    [Fact]
    public void BadFilesAreNamed()
    {
        Refuses("is a big-endian GGUF file", new GgufWriter("levo2") { Version = 0x03000000 });
        Refuses("is a GGUF file of version 1, not 3", new GgufWriter("levo2") { Version = 1 });
        Refuses("architecture 'llama', not one of LeVo's ('levo2', 'levo2_flow', 'levo2_vae')", new GgufWriter("llama"));
        Refuses("architecture ''", new GgufWriter(null));
        Refuses("'general.architecture' twice", new GgufWriter("levo2").Set("general.architecture", "levo2"));
        Refuses("alignment '33', not a power of two", new GgufWriter("levo2").Set("general.alignment", 33));
        Refuses("'a' occurs twice", With("a").Add("a", GgufTensorType.F32, new float[8], 8));
        Refuses("more than one tensor 'emb.0.weight'; one is", With(Name).Add(Name + ".weight", GgufTensorType.F32, new float[8], 8));
        Refuses("'a' has the type Q2_K, which is not supported; supported are F32, F16,",
            new GgufWriter("levo2").AddRaw("a", 10, new byte[84], 256));
        Refuses("'a' has the type number 99", new GgufWriter("levo2").AddRaw("a", 99, new byte[84], 256));
        Refuses("'a' [3, 40] has rows that are not whole blocks of Q8_0", new GgufWriter("levo2").AddRaw("a", 8, new byte[340], 3, 40));
        Refuses("'a' has 5 dimensions", new GgufWriter("levo2").AddRaw("a", 0, new byte[4], 1, 1, 1, 1, 1));
        Refuses("'a' has the invalid shape", new GgufWriter("levo2").AddRaw("a", 0, new byte[4], long.MaxValue, 4));
        Refuses("'b' overlaps the previous tensor by 32 bytes",
            With("a", offset: (name, offset) => name == "b" ? 0 : offset).Add("b", GgufTensorType.F32, new float[9], 9));
        Refuses("'a' starts at data byte 4, not a multiple of 32", With("a", offset: (_, _) => 4));
        Refuses("'a' ends at data byte 96, beyond the end (32)", With("a", offset: (_, _) => 64));
        byte[] whole = With("a").ToArray();
        foreach (int length in (int[])[4, 8, 20, 40, 60, whole.Length - 1])
            Assert.Contains("'", Refusal(whole[..length]), StringComparison.Ordinal);
    }

    [Fact]
    public void ADifferentAlignmentAndVersion2AreRead()
    {
        new GgufWriter("levo2") { Alignment = 128, Version = 2 }.Set("general.alignment", 128)
            .Add("x", GgufTensorType.F32, [1, 2, 3], 3).Add(Name, GgufTensorType.F32, [4, 5], 1, 2).Save(folder["a.gguf"]);
        using Checkpoint file = Checkpoint.Open(folder["a.gguf"]);
        Assert.Equal([4, 5], file.Values<float>(Ours));
        Assert.Equal("128", file.Metadata["general.alignment"]);
    }

    [Fact]
    public void MetadataAreRead()
    {
        new GgufWriter("levo2").Set("a", -1).Set("b", 0.25f).Set("c", ["x", "", "ö"]).Set("d", [3, -4]).Save(folder["a.gguf"]);
        GgufHeader header = GgufHeader.Read(folder["a.gguf"]);
        Assert.Equal(("4294967295", "0.25"), (header.Values["a"], header.Values["b"]));
        Assert.Equal(["x", "", "ö"], header.ReadStrings("c")!);
        Assert.Equal([3, -4], header.ReadIntegers("d")!);
        Assert.Null(header.ReadStrings("e"));
        Assert.Throws<InvalidDataException>(() => header.ReadStrings("d"));
        Assert.Throws<InvalidDataException>(() => header.ReadIntegers("c"));
    }

    /// <summary>A count beyond the file takes no memory.</summary>
    [Fact]
    public void CountsAreCheckedBeforeMemoryIsTaken()
    {
        byte[] file = With("a").ToArray();
        foreach (int place in (int[])[8, 16, 24])
        {
            byte[] bad = [.. file];
            BitConverter.TryWriteBytes(bad.AsSpan(place), 1UL << 60);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Matches("more than its|string of", Refusal(bad));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    public void Dispose() => folder.Dispose();

    private static float[] Decode(BlockEncoding blocks, byte[] block)
    {
        var values = new float[blocks.Values];
        blocks.Decode(block, 0, values);
        return values;
    }

    private static GgufWriter With(string name, Func<string, ulong, ulong>? offset = null) =>
        new GgufWriter("levo2") { Offset = offset }.Add(name, GgufTensorType.F32, new float[8], 8);

    private void Refuses(string expected, GgufWriter writer) => Assert.Contains(expected, Refusal(writer.ToArray()));

    private string Refusal(byte[] content)
    {
        File.WriteAllBytes(folder["bad.gguf"], content);
        string message = Assert.Throws<InvalidDataException>(() => Checkpoint.Open(folder["bad.gguf"]).Dispose()).Message;
        Assert.Contains(folder["bad.gguf"], message);
        return message;
    }
}
