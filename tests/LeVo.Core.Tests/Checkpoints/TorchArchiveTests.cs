using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Checkpoints;

public sealed class TorchArchiveTests : IDisposable
{
    private const int FuzzCount = 400;
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope;

    public TorchArchiveTests()
    {
        LeVoRuntime.EnsureTorch();
        scope = NewDisposeScope();
    }

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void NestedContainersGetDottedNames()
    {
        string path = new TorchArchiveBuilder().Op('}', '(')
            .Text("Pop").Op('}', '(').Text("en").Op(']', '(')
            .Tensor("FloatStorage", "0", 6, 0, [2], [1]).Tensor("FloatStorage", "0", 6, 2, [2, 2], [1, 2]).Op('e', 'u')
            .Int(7).Tensor("FloatStorage", "0", 6, 5, [], []).Text("epoch").Int(3)
            .Op('u').Storage("0", 0, 1, 2, 3, 4, 5).Save(folder["a.pt"]);
        using ICheckpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal(["7", "Pop.en.0", "Pop.en.1"], checkpoint.Tensors.Keys.Order());
        Assert.Equal([0f, 1f], checkpoint.Load("Pop.en.0").data<float>().ToArray());
        Assert.Equal([2f, 4f, 3f, 5f], checkpoint.Load("Pop.en.1").data<float>().ToArray());
        Assert.Equal(5f, checkpoint.Load("7").item<float>());
    }

    [Fact]
    public void ExpandedTensorsKeepTheirValues()
    {
        string path = Dict(b => b.Tensor("FloatStorage", "0", 3, 0, [4, 3], [0, 1]), 1, 2, 3);
        using ICheckpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal([1f, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3], checkpoint.Load("w").contiguous().data<float>().ToArray());
    }

    [Fact]
    public void LargeTransposedTensorsAndRowsAreMapped()
    {
        const int Rows = 1024, Columns = 2 * (int)(CheckpointTensors.SmallestMapping / 4 / Rows);
        float[] values = [.. Enumerable.Range(0, Rows * Columns).Select(i => (float)i)];
        string path = new TorchArchiveBuilder().Op('}', '(')
            .Text("t").Tensor("FloatStorage", "0", values.Length, 0, [Columns, Rows], [1, Columns])
            .Text("r").Tensor("FloatStorage", "0", values.Length, Columns, [Rows / 2, Columns], [2 * Columns, 1])
            .Text("m").Tensor("FloatStorage", "0", values.Length, 0, [Rows, Columns], [Columns, 1])
            .Op('u').Storage("0", values).Save(folder["a.pt"]);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Tensor matrix = tensor(values).reshape(Rows, Columns);
        Assert.True(matrix.t().eq(checkpoint.Load("t")).all().item<bool>());
        Assert.True(matrix[TensorIndex.Slice(1, null, 2)].eq(checkpoint.Load("r")).all().item<bool>());
        Assert.True(matrix.eq(checkpoint.Load("m")).all().item<bool>());
        Assert.Equal(0, checkpoint.CopiedBytes);
        var last = new byte[8];
        checkpoint.Read("t", 4L * (values.Length - 2), last);
        Assert.Equal(matrix.t().contiguous().bytes[^8..].ToArray(), last);
    }

    [Fact]
    public void ZipsWith64BitFieldsAreRead()
    {
        string path = Dict(b => b.Tensor("FloatStorage", "0", 3, 1, [2], [1]).Wide(), 1, 2, 3);
        using ICheckpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal([2f, 3f], checkpoint.Load("w").data<float>().ToArray());
    }

    [Fact]
    public void StateOfAnOrderedDictIsIgnoredAndUntypedStoragesAreRead()
    {
        string path = new TorchArchiveBuilder().Global("collections", "OrderedDict").Op(')', 'R')
            .Text("w").Global("torch._utils", "_rebuild_tensor_v3").Op('(')
            .Op('(').Text("storage").Global("torch.storage", "UntypedStorage").Text("0").Text("cpu").Int(8).Op('t', 'Q')
            .Int(0).Ints(2).Ints(1).Raw(0x89).Op('}').Global("torch", "float32").Op('t', 'R', 's')
            .Op('}').Text("_metadata").Op('}', 's', 'b').Storage("0", 8, 9).Save(folder["a.pt"]);
        using ICheckpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal([8f, 9f], checkpoint.Load("w").data<float>().ToArray());
    }

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch", "load")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("torch.hub", "FloatStorage")]
    public void UnknownNamesAreRefusedEvenUncalled(string module, string name)
    {
        string path = new TorchArchiveBuilder().Op('}').Text("x").Global(module, name).Op('s').Save(folder["a.pt"]);
        string message = Refusal(path);
        Assert.Contains($"'{module}.{name}'", message);
        Assert.Contains(path, message);
    }

    [Fact]
    public void ForeignObjectsBesideTensorsBecomePlaceholders()
    {
        string path = new TorchArchiveBuilder().Op('}', '(')
            .Text("ratio").Global("fractions", "Fraction").Text("39/5").Raw(0x85).Op('R')
            .Text("cfg").Global("omegaconf.dictconfig", "DictConfig").Op(')').Raw(0x81).Op('}', 'b', '(').Text("a").Int(1)
            .Op('u')
            .Text("np").Global("numpy.core.multiarray", "scalar").Global("numpy", "dtype").Text("f8").Raw(0x85).Op('R', '(')
            .Int(3).Text("<").Op('t', 'b').Text("12345678").Raw(0x86).Op('R')
            .Text("list").Global("some.module", "Items").Op(')').Raw(0x81).Op('(').Int(1).Int(2).Op('e')
            .Text("named").Global("some.module", "Options").Op(')', '}').Raw(0x92)
            .Text("called").Global("functools", "partial").Op(')', 'R', ')', 'R')
            .Text("w").Tensor("FloatStorage", "0", 2, 0, [2], [1]).Op('u').Storage("0", 1, 2).Save(folder["a.pt"]);
        using TensorFile file = TensorFile.Open(path);
        TorchArchive archive = TorchArchive.Read(file);
        var content = Assert.IsType<PickleDict>(archive.Content);
        var ratio = Assert.IsType<PickleObject>(content["ratio"]);
        Assert.Equal("fractions.Fraction", ratio.Callable.ToString());
        Assert.Equal(["39/5"], ratio.Arguments);
        Assert.Equal(1L, Assert.IsType<PickleObject>(content["cfg"]).Items["a"]);
        Assert.Equal(["w"], archive.Tensors.Keys);
    }

    [Fact]
    public void TensorsInAForeignDictionaryAreFound()
    {
        string path = new TorchArchiveBuilder().Global("collections", "defaultdict").Op(')', 'R').Text("w")
            .Tensor("FloatStorage", "0", 2, 0, [2], [1]).Op('s').Storage("0", 1, 2).Save(folder["a.pt"]);
        using ICheckpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal([1f, 2f], checkpoint.Load("w").data<float>().ToArray());
    }

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "getattr")]
    [InlineData("os.path", "join")]
    [InlineData("subprocess", "Popen")]
    public void NamesThatRunProgramsAreRefusedBesideTensorsToo(string module, string name)
    {
        string path = new TorchArchiveBuilder().Op('}').Text("w").Tensor("FloatStorage", "0", 2, 0, [2], [1]).Op('s')
            .Text("x").Global(module, name).Op('s').Storage("0", 1, 2).Save(folder["a.pt"]);
        Assert.Contains($"names '{module}.{name}'", Refusal(path));
    }

    [Fact]
    public void APickledModuleIsNamedWithTheRemedy()
    {
        string path = new TorchArchiveBuilder().Global("codeclm.models", "LeVo").Op(')').Raw(0x81).Op('}').Text("_modules")
            .Op('}', 's', 'b').Save(folder["a.pt"]);
        Assert.Contains("state_dict()", Refusal(path));
        Assert.Contains("'codeclm.models.LeVo'", Refusal(path));
    }

    public static TheoryData<string, long, long, long[], long[], string> ImpossibleTensors => new()
    {
        { "FloatStorage", 3, 0, [4], [1], "element 3" },
        { "FloatStorage", 3, 1, [3], [1], "element 3" },
        { "FloatStorage", 3, 0, [2, 2], [2, 1], "element 3" },
        { "FloatStorage", 3, -1, [2], [1], "offset -1" },
        { "FloatStorage", 3, 0, [2], [-1], "[-1]" },
        { "FloatStorage", 3, 0, [-2], [1], "[-2]" },
        { "FloatStorage", 3, 0, [2, 1], [1], "strides" },
        { "FloatStorage", 3, 0, [1L << 40, 1L << 40], [0, 0], "invalid shape" },
        { "FloatStorage", 3, 0, [1L << 30], [0], "invalid shape" },
        { "FloatStorage", 3, 0, [2], [long.MaxValue], "element" },
        { "FloatStorage", 4, 0, [2], [1], "not 16" },
        { "DoubleStorage", 3, 0, [2], [1], "not 24" },
        { "FloatStorage", long.MaxValue, 0, [2], [1], "12 bytes" },
        { "FloatStorage", -1, 0, [2], [1], "12 bytes" },
        { "ComplexFloatStorage", 1, 0, [1], [1], "ComplexFloatStorage" },
    };

    [Theory]
    [MemberData(nameof(ImpossibleTensors))]
    public void ImpossibleTensorsAreNamed(
        string type, long count, long offset, long[] shape, long[] strides, string mention)
    {
        string path = Dict(b => b.Tensor(type, "0", count, offset, shape, strides), 1, 2, 3);
        string message = Refusal(path);
        Assert.Contains(path, message);
        Assert.Contains(mention, message);
    }

    [Fact]
    public void AMissingStorageIsNamed()
    {
        string path = Dict(b => b.Tensor("FloatStorage", "../0", 2, 0, [2], [1]), 1, 2);
        string message = Refusal(path);
        Assert.Contains("'../0' of 'w'", message);
    }

    [Fact]
    public void NestingIsLimited()
    {
        var cyclic = new TorchArchiveBuilder().Op(']', 'q').Raw(0).Op('h').Raw(0).Op('a');
        Assert.Contains("nested", Refusal(cyclic.Save(folder["cyclic.pt"])));
        // Each list holds the one before it twice: 2^60 items in 300 bytes.
        var laughs = new TorchArchiveBuilder().Op(']');
        for (int i = 0; i < 60; i++)
            laughs.Op('q').Raw(1).Op('0', ']', '(', 'h').Raw(1).Op('h').Raw(1).Op('e');
        Assert.Contains("nested", Refusal(laughs.Save(folder["laughs.pt"])));
        var tower = new TorchArchiveBuilder();
        for (int i = 0; i < 2_000_000; i++)
            tower.Op('(');
        Assert.Contains("nested", Refusal(tower.Save(folder["tower.pt"])));
    }

    public static TheoryData<string, byte[]> BrokenPickles => new()
    {
        { "a memo that is not there", [(byte)'h', 9] },
        { "an empty stack", [(byte)'0'] },
        { "no mark", [(byte)'t'] },
        { "a text beyond the end", [(byte)'X', 255, 255, 255, 127] },
        { "bytes beyond the end", [0x8E, 255, 255, 255, 255, 255, 255, 255, 255] },
        { "a huge integer", [0x8B, 255, 255, 255, 255] },
        { "an unknown opcode", [0xFF] },
        { "a call of a number", [(byte)'K', 1, (byte)')', (byte)'R'] },
        { "a call without arguments", [.. "ctorch._utils\n_rebuild_tensor_v2\n)R"u8] },
        { "an append to a number", [(byte)'K', 1, (byte)'K', 1, (byte)'a'] },
        { "a name without an end", [(byte)'c', (byte)'x'] },
        { "a key without a value", [(byte)'}', (byte)'(', (byte)'N', (byte)'u'] },
        { "a persistent id of another kind", [(byte)'N', (byte)'Q'] },
        { "state for a list", [(byte)']', (byte)'N', (byte)'b'] },
        { "protocol 9", [0x80, 9] },
        { "text opcodes of protocol 0", [.. "I1\n"u8] },
        { "an instance", [.. "(iposix\nsystem\n"u8] },
    };

    [Theory]
    [MemberData(nameof(BrokenPickles))]
    public void BrokenPicklesAreRefused(string what, byte[] opcodes)
    {
        string path = new TorchArchiveBuilder().Raw(opcodes).Save(folder["a.pt"]);
        string message = Refusal(path);
        Assert.True(message.Contains(path, StringComparison.Ordinal), $"{what}: {message}");
    }

    [Fact]
    public void OtherArchivesAreRefused()
    {
        string compressed = new TorchArchiveBuilder().Op('N').Save(folder["zipped.pt"], compressed: true);
        Assert.Contains("compressed", Refusal(compressed));
        string bigEndian = new TorchArchiveBuilder().Op('}').Member("byteorder", [.. "big"u8]).Save(folder["big.pt"]);
        Assert.Contains("big-endian", Refusal(bigEndian));
        File.WriteAllBytes(folder["noise.pt"], [.. Enumerable.Range(1, 100).Select(i => (byte)i)]);
        Assert.Contains("neither a safetensors", Refusal(folder["noise.pt"]));
        File.WriteAllBytes(folder["empty.pt"], []);
        Assert.Throws<InvalidDataException>(() => Checkpoint.Open(folder["empty.pt"]));
        Assert.Throws<FileNotFoundException>(() => Checkpoint.Open(folder["absent.pt"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void DamagedFilesNeverFailInAnotherWay(int seed)
    {
        var random = new Random(seed);
        string archive = Dict(b => b.Tensor("FloatStorage", "0", 6, 1, [2, 2], [2, 1]), 0, 1, 2, 3, 4, 5);
        string safetensors = folder["s.safetensors"];
        TensorWriter.Save(safetensors, [("a", ones(3, 2)), ("b", arange(4)), ("c", ones(1, bfloat16))]);
        string flat = Path.Combine(Golden.Carried, "files", "flat.pt");
        foreach (string source in new[] { archive, safetensors, flat })
        {
            byte[] good = File.ReadAllBytes(source);
            for (int i = 0; i < FuzzCount; i++)
            {
                byte[] bad = good.ToArray();
                for (int change = random.Next(1, 4); change > 0; change--)
                    bad[random.Next(bad.Length)] = (byte)random.Next(256);
                if (random.Next(4) == 0)
                    bad = bad[..random.Next(bad.Length)];
                File.WriteAllBytes(folder["bad"], bad);
                try
                {
                    using Checkpoint checkpoint = Checkpoint.Open(folder["bad"]);
                    foreach (StoredTensor tensor in checkpoint.Tensors.Values)
                        checkpoint.Load(tensor.Name).Dispose();
                }
                catch (InvalidDataException e)
                {
                    Assert.Contains("bad", e.Message);
                }
            }
        }
    }

    private static string Refusal(string path) =>
        Assert.Throws<InvalidDataException>(() => Checkpoint.Open(path).Dispose()).Message;

    private string Dict(Func<TorchArchiveBuilder, TorchArchiveBuilder> value, params float[] storage) =>
        value(new TorchArchiveBuilder().Op('}').Text("w")).Op('s').Storage("0", storage).Save(folder["w.pt"]);
}
