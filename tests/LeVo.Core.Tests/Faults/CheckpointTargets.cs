using System.Text;
using LeVo.Core.Adapters;
using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Tests.Adapters;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using LeVo.Testing.Faults;
using LeVo.Testing.Gguf;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Faults;

/// <summary>Readers of tensors: whole files, and their descriptions with the right lengths around them.</summary>
internal static class CheckpointTargets
{
    private const int DataBytes = 64;
    private static readonly HashSet<string> Known = ["a", "b", "c", "d", "w"];

    public static IEnumerable<FuzzTarget> All(TemporaryFolder folder)
    {
        string bad = folder["bad"];
        string safetensors = folder["good.safetensors"];
        using var scope = NewDisposeScope();
        TensorWriter.Save(safetensors, [("a", ones(3, 2)), ("b", arange(4)), ("c", ones(1, bfloat16))],
            new Dictionary<string, string> { ["frame_rate"] = "25" });
        string tokens = folder["good.tokens"];
        SongTokens.FromRows([1, 2, 3], [4, 5, 6], [7, 8, 9]).Save(tokens);
        byte[] header = Encoding.UTF8.GetBytes("""
            {"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,4],"data_offsets":[0,32]},
             "b":{"dtype":"I64","shape":[],"data_offsets":[32,40]},"c":{"dtype":"BF16","shape":[8],"data_offsets":[40,56]},
             "model.d":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[56,60]},"model.e":{"dtype":"F8_E5M2","shape":[4],"data_offsets":[60,64]}}
            """);
        yield return new("safetensors", [File.ReadAllBytes(safetensors), Carried("flat.safetensors")],
            input => Load(bad, input), typeof(InvalidDataException));
        yield return new("safetensors header", [header],
            input => Load(bad, [.. BitConverter.GetBytes((long)input.Length), .. input, .. new byte[DataBytes]]),
            typeof(InvalidDataException));
        yield return new("torch archive", [Carried("flat.pt"), Carried("nested.ckpt"), Carried("legacy.pt")],
            input => Load(bad, input), typeof(InvalidDataException));
        yield return new("pickle", [.. Pickles()], input =>
        {
            new TorchArchiveBuilder().Raw(input).Storage("0", 0, 1, 2, 3, 4, 5).Save(bad);
            Load(bad);
        }, typeof(InvalidDataException));
        yield return new("GGUF", [Gguf("levo2"), Gguf("levo2_flow")], input => Load(bad, input), typeof(InvalidDataException));
        yield return new("GGUF model", [GgufModel()], input =>
        {
            File.WriteAllBytes(folder["bad.gguf"], input);
            ModelFolder model = ModelFolder.Open(folder["bad.gguf"]);
            GgufVocabulary.Read(model.TokenizerFolder);
        }, typeof(ModelLoadException), typeof(InvalidDataException))
        { Share = 20 };
        foreach (FuzzTarget target in Adapters(folder))
            yield return target;
        byte[] index = Encoding.UTF8.GetBytes(
            """{"metadata":{"total_size":64},"weight_map":{"a":"good.safetensors","b":"good.safetensors"}}""");
        yield return new("index of files", [index], input =>
        {
            File.WriteAllBytes(folder["bad.index.json"], input);
            Load(folder["bad.index.json"]);
        }, typeof(InvalidDataException), typeof(IOException))
        { Share = 50 };
        yield return new("song tokens", [File.ReadAllBytes(tokens)], input =>
        {
            File.WriteAllBytes(bad, input);
            SongTokens.Load(bad);
        }, typeof(InvalidDataException))
        { Share = 50 };
    }

    private static IEnumerable<FuzzTarget> Adapters(TemporaryFolder folder)
    {
        using var tiny = new TinyModel();
        ModelFolder model = ModelFolder.Open(tiny.Path);
        var tensors = new LeLmTensors(model.Config);
        AdapterSample.Write(folder["adapter"], model, rank: 2, alpha: 6, [tensors.LayerMatrices.First()]);
        string file = Path.Combine(folder["adapter"], AdapterFile.FileName);
        string config = Path.Combine(folder["adapter"], AdapterConfig.FileName);
        string hash = AdapterFile.HashOf(model.LeLmFile);
        foreach (string damaged in (string[])[file, config])
        {
            byte[] good = File.ReadAllBytes(damaged);
            yield return new($"adapter {Path.GetExtension(damaged)[1..]}", [good], input =>
            {
                File.WriteAllBytes(damaged, input);
                try
                {
                    AdapterFile.Read(folder["adapter"], tensors, hash);
                }
                finally
                {
                    File.WriteAllBytes(damaged, good);
                }
            }, typeof(InvalidDataException))
            { Share = 50 };
        }
    }

    private static byte[] Carried(string name) => File.ReadAllBytes(Path.Combine(Golden.Carried, "files", name));

    private static byte[] Gguf(string architecture) => new GgufWriter(architecture)
        .Set("levo2.embedding_length", 32).Set("levo2.pattern.delays", [0, 1, 1]).Set("x", ["a", "bc"])
        .Add("token_embd.mixed", GgufTensorType.F16, new float[64], 2, 32)
        .Add("flow.block.0.norm_1.weight", GgufTensorType.F32, new float[30], 30)
        .Add("flow.block.0.attn.out.weight", GgufTensorType.Q8, new float[64], 2, 32)
        .Add("output.mixed", GgufTensorType.Q4K, new float[256], 1, 256).ToArray();

    private static byte[] GgufModel() => GgufLeLm
        .Create(SeededLeLm.Tiny, _ => GgufTensorType.F16, (name, shape) => NameSeeded.Weight(name, shape))
        .Set("tokenizer.ggml.tokens", [.. ByteSymbols.All.ToArray().Select(symbol => symbol.ToString()), "ab", "<|endoftext|>"])
        .Set("tokenizer.ggml.merges", ["a b"]).ToArray();

    private static IEnumerable<byte[]> Pickles()
    {
        yield return new TorchArchiveBuilder().Op('}', '(')
            .Text("a").Tensor("FloatStorage", "0", 6, 0, [2], [1])
            .Text("b").Tensor("FloatStorage", "0", 6, 2, [2, 2], [1, 2]).Int(7).Text("x").Op('u').Pickle;
        yield return new TorchArchiveBuilder().Op('}').Text("state_dict").Op('}', 'q').Raw(1).Op('(')
            .Text("w").Global("torch._utils", "_rebuild_tensor_v3").Op('(')
            .Op('(').Text("storage").Global("torch.storage", "UntypedStorage").Text("0").Text("cpu").Int(8).Op('t', 'Q')
            .Int(0).Ints(2).Ints(1).Raw(0x89).Op('}').Global("torch", "float32").Op('t', 'R')
            .Text("l").Op(']', '(').Int(1).Raw(0x88).Op('e', 'u', 's').Pickle;
        yield return new TorchArchiveBuilder().Op('}', '(').Text("cfg").Global("omegaconf.dictconfig", "DictConfig").Op(')')
            .Raw(0x81).Op('}', 'b', '(').Text("a").Int(1).Op('u').Text("named").Global("some", "Options").Op(')', '}').Raw(0x92)
            .Text("ema").Global("collections", "defaultdict").Op(')', 'R').Text("module.a")
            .Tensor("FloatStorage", "0", 6, 0, [2], [1]).Op('s', 'u').Pickle;
    }

    private static void Load(string path, byte[] content)
    {
        File.WriteAllBytes(path, content);
        Load(path);
    }

    private static void Load(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path, Known);
        Span<byte> values = stackalloc byte[64];
        foreach (StoredTensor stored in checkpoint.Tensors.Values)
        {
            checkpoint.Load(stored.Name).Dispose();
            checkpoint.Read(stored.Name, 0, values[..(int)Math.Min(stored.ByteCount, values.Length / 8 * 8)]);
        }
    }
}
