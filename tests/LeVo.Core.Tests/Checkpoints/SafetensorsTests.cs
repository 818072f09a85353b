using System.Buffers.Binary;
using System.Text;
using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope;

    public SafetensorsTests()
    {
        LeVoRuntime.EnsureTorch();
        scope = NewDisposeScope();
    }

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    public static TheoryData<ScalarType> Types =>
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64,
        ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool,
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void EveryTypeComesBackBitByBit(ScalarType type)
    {
        Tensor values = (arange(0, 24, float32) * 3.3 - 7).to(type);
        (string, Tensor)[] tensors =
        [
            ("matrix", values.reshape(4, 6)), ("transposed", values.reshape(4, 6).t()),
            ("slice", values.narrow(0, 5, 7)), ("scalar", values[3]),
            ("empty", values.narrow(0, 0, 0).reshape(0, 4)), ("odd", values.narrow(0, 0, 3)),
        ];
        var metadata = new Dictionary<string, string> { ["what"] = "ä \"test\"" };
        TensorWriter.Save(folder["all.safetensors"], tensors, metadata);
        using Checkpoint file = Checkpoint.Open(folder["all.safetensors"]);
        Assert.Equal("ä \"test\"", file.Metadata["what"]);
        Assert.Equal(tensors.Length, file.Tensors.Count);
        foreach ((string name, Tensor expected) in tensors)
        {
            Tensor actual = file.Load(name);
            Assert.Equal(type, actual.dtype);
            Assert.Equal(expected.shape, actual.shape);
            Assert.Equal(expected.contiguous().bytes.ToArray(), actual.bytes.ToArray());
        }
        Assert.Equal(["all.safetensors"], folder.Names);
    }

    [Fact]
    public void FloatsAreWrittenInTheTypeAskedFor()
    {
        string path = folder["half.safetensors"];
        TensorWriter.Save(path, [("w", ones(2, 3)), ("ids", arange(3))], floats: ScalarType.Float16);
        using Checkpoint file = Checkpoint.Open(path);
        Assert.Equal(ElementType.Float16, file.Tensors["w"].Type);
        Assert.Equal(ElementType.Int64, file.Tensors["ids"].Type);
    }

    [Fact]
    public void ANameThatIsThereTwiceLeavesNoFile()
    {
        Assert.Throws<ArgumentException>(
            () => TensorWriter.Save(folder["twice.safetensors"], [("a", ones(1)), ("a", ones(2))]));
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void AFailureWhileWritingKeepsTheOldFile()
    {
        string path = folder["model.safetensors"];
        TensorWriter.Save(path, [("a", ones(2))]);
        byte[] before = File.ReadAllBytes(path);
        Assert.Throws<ArgumentException>(
            () => TensorWriter.Save(path, [("a", ones(2)), ("b", ones(2, complex64))]));
        Tensor lost = ones(2);
        Assert.ThrowsAny<Exception>(() => TensorWriter.Save(path, Disposing(lost)));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(["model.safetensors"], folder.Names);

        static IEnumerable<(string, Tensor)> Disposing(Tensor lost)
        {
            yield return ("a", ones(2));
            yield return ("b", lost);
            lost.Dispose();
        }
    }

    [Fact]
    public void TensorsCreatedByTheEnumerationAreDisposed()
    {
        var created = new List<Tensor>();
        TensorWriter.Save(folder["lazy.safetensors"], Enumerable.Range(0, 5).Select(i =>
        {
            created.Add(full(3, i));
            return ($"t{i}", created[i]);
        }));
        Assert.Equal(5, created.Count);
        Assert.All(created, tensor => Assert.True(tensor.IsInvalid));
    }

    [Fact]
    public void LargeTensorsAreMappedAndNeitherAliasNorOutstayTheirFile()
    {
        string path = folder["large.safetensors"];
        long rows = CheckpointTensors.SmallestMapping / 4;
        TensorWriter.Save(path, [("large", arange(rows * 2, float32).reshape(rows, 2)), ("small", ones(3))]);
        using Checkpoint raw = Checkpoint.Open(path);
        Tensor first = raw.Load("large"), second = raw.Load("large");
        Assert.Equal(0, raw.CopiedBytes);
        raw.Dispose();
        TensorWriter.Save(path, [("other", zeros(7))]);
        first.fill_(-1);
        using (NewDisposeScope())
        {
            Assert.Equal(rows * 2 - 1, second[rows - 1, 1].item<float>());
            Assert.Equal(-1, first[0, 0].item<float>());
        }
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(2, Mappings());
            first.Dispose();
            second.Dispose();
            Assert.Equal(0, Mappings());
        }

        int Mappings() =>
            File.ReadLines("/proc/self/maps").Count(line => line.Contains(path, StringComparison.Ordinal));
    }

    [Fact]
    public void MisalignedTensorsAreCopied()
    {
        int count = (int)CheckpointTensors.SmallestMapping;
        string header = $$$"""
            {"flag":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
             "w":{"dtype":"F32","shape":[{{{count}}}],"data_offsets":[1,{{{1 + 4 * count}}}]}}
            """;
        byte[] data = new byte[1 + 4 * count];
        BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(1 + 4 * 77), 1.5f);
        using Checkpoint file = Checkpoint.Open(Write(header.PadRight(header.Length + 4 - header.Length % 4), data));
        Tensor tensor = file.Load("w");
        Assert.Equal(1.5f, tensor[77].item<float>());
        Assert.Equal(4 * count, file.CopiedBytes);
    }

    [Theory]
    [InlineData(
        """{"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[],"data_offsets":[7,8]}}""",
        "'a'", "twice")]
    [InlineData("""{"a":{"dtype":"Q7","shape":[2],"data_offsets":[0,8]}}""", "'a'", "'Q7'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,8]}}""", "'a'", "8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,8]}}""", "'a'", "8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "'a'", "-2")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "'a'", "2.5")]
    [InlineData("""{"a":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}""", "'a'", "'shape'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "'a'", "[8, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "'a'", "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "'a'", "'data_offsets'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "'a'", "beyond the end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "'a'", "8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'a'", "gap of 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "4 bytes", "do not belong to a tensor")]
    [InlineData(
        """{"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""",
        "'b'", "overlaps")]
    [InlineData("""{"a":7}""", "'a'", "'dtype'")]
    [InlineData("""[1]""", "not a JSON object", "bad.safetensors")]
    [InlineData("""{"a":""", "not valid JSON", "bad.safetensors")]
    [InlineData("""{"__metadata__":{"k":1},"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""", "__metadata__",
        "'k'")]
    public void ABrokenHeaderIsNamed(string header, params string[] mentions)
    {
        string path = Write(header, new byte[8]);
        string message = Assert.Throws<InvalidDataException>(() => Checkpoint.Open(path)).Message;
        Assert.All(mentions.Append(path), mention => Assert.Contains(mention, message));
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(1UL << 40)]
    [InlineData(11UL)]
    public void AHeaderLengthBeyondTheFileIsRefused(ulong length)
    {
        byte[] bytes = new byte[18];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(folder["long.safetensors"], bytes);
        Assert.Throws<InvalidDataException>(() => Checkpoint.Open(folder["long.safetensors"]));
        File.WriteAllBytes(folder["tiny.safetensors"], [1, 2]);
        Assert.Throws<InvalidDataException>(() => Checkpoint.Open(folder["tiny.safetensors"]));
    }

    private string Write(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        string path = folder["bad.safetensors"];
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)text.Length), .. text, .. data]);
        return path;
    }
}
