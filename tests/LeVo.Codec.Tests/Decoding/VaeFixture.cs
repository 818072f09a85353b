using System.Text.Json.Nodes;
using LeVo.Codec.Model;
using LeVo.Codec.Vae;
using LeVo.Core.Torch.Parameters;

namespace LeVo.Codec.Tests.Decoding;

/// <summary>Small autoencoders as goldens describe them.</summary>
internal static class VaeFixture
{
    public static VaeConfig Config(JsonObject entry)
    {
        var half = new OobleckConfig((int)entry["channels"]!, Integers(entry["c_mults"]!), Integers(entry["strides"]!))
        {
            FinalTanh = (bool?)entry["final_tanh"] ?? false,
        };
        return new()
        {
            LatentWidth = (int)entry["latent"]!,
            Encoder = half with { FinalTanh = false },
            Decoder = half,
        };
    }

    public static ParameterSet Build(string prefix, JsonObject entry, out OobleckVae vae)
    {
        var builder = new ParameterBuilder(new ScaledGainSource(prefix, (double?)entry["weight_g_scale"] ?? 1));
        VaeConfig config = Config(entry);
        vae = new(builder, new VaeTensors(config), config, withEncoder: true);
        return builder.Build("golden VAE");
    }

    private static int[] Integers(JsonNode list) => [.. list.AsArray().Select(node => (int)node!)];
}
