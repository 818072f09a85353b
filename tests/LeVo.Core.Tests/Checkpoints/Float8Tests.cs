using LeVo.Core.Checkpoints;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Checkpoints;

public sealed class Float8Tests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public Float8Tests() => LeVoRuntime.EnsureTorch();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("F8_E4M3", 0x00, 0f)]
    [InlineData("F8_E4M3", 0x38, 1f)]
    [InlineData("F8_E4M3", 0xB8, -1f)]
    [InlineData("F8_E4M3", 0x7E, 448f)]
    [InlineData("F8_E4M3", 0x01, 0.001953125f)]
    [InlineData("F8_E4M3", 0x08, 0.015625f)]
    [InlineData("F8_E4M3", 0x45, 3.25f)]
    [InlineData("F8_E4M3", 0x7F, float.NaN)]
    [InlineData("F8_E5M2", 0x3C, 1f)]
    [InlineData("F8_E5M2", 0x7B, 57344f)]
    [InlineData("F8_E5M2", 0x01, 0.0000152587890625f)]
    [InlineData("F8_E5M2", 0x7C, float.PositiveInfinity)]
    [InlineData("F8_E5M2", 0xC1, -2.5f)]
    public void ValuesAreThoseOfTheFormats(string type, byte bits, float value)
    {
        string path = Write([("w", type, [bits, 0x00])]);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using Tensor loaded = checkpoint.Load("w");
        Assert.Equal(ScalarType.BFloat16, loaded.dtype);
        using Tensor wide = loaded.to(float32);
        Assert.Equal([value, 0f], wide.data<float>().ToArray());
        using var floats = new CheckpointFloats(Checkpoint.Open(path));
        var read = new float[2];
        floats.Find("w")!.Read(0, read);
        Assert.Equal([value, 0f], read);
        Assert.Null(floats.Find("w")!.OtherType);
    }

    [Theory]
    [InlineData("a.weight_scale")]
    [InlineData("a.weight_scale_inv")]
    [InlineData("a.scale_weight")]
    public void ScaledWeightsAreRefusedByName(string scale)
    {
        string path = Write([("a.weight", "F8_E4M3", [1, 2]), (scale, "F32", [0, 0, 0, 0])]);
        string message = Assert.Throws<InvalidDataException>(() => Checkpoint.Open(path)).Message;
        Assert.Contains("F8_E4M3", message);
        Assert.Contains($"'{scale}'", message);
    }

    private string Write((string Name, string Type, byte[] Bytes)[] tensors)
    {
        int offset = 0;
        var entries = new List<string>();
        foreach ((string name, string type, byte[] bytes) in tensors)
        {
            int count = type == "F32" ? bytes.Length / 4 : bytes.Length;
            entries.Add($"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{count}],\"data_offsets\":[{offset},{offset + bytes.Length}]}}");
            offset += bytes.Length;
        }
        byte[] header = System.Text.Encoding.UTF8.GetBytes("{" + string.Join(',', entries) + "}");
        string path = folder["w.safetensors"];
        File.WriteAllBytes(path,
            [.. BitConverter.GetBytes((long)header.Length), .. header, .. tensors.SelectMany(tensor => tensor.Bytes)]);
        return path;
    }
}
