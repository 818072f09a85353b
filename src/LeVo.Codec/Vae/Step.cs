using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>Frees signals early, so that memory holds one instead of one a layer.</summary>
internal static class Step
{
    /// <summary>Disposes the layer's input and returns its output. Gradients keep what they need themselves.</summary>
    public static Tensor Replace(Tensor input, Tensor output)
    {
        input.Dispose();
        return output;
    }
}
