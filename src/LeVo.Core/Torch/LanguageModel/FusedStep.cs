using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>
/// All layers of a stack for one new position in one native call. A decoding step has a row for each branch of guidance, so that on
/// a GPU the calls take longer than the computation. The operations are those of <see cref="DecoderLayer"/> in the same order.
/// </summary>
internal sealed class FusedStep
{
    // Faulty text would end the process; a test runs this one.
    private const string Text = """
        def norm(x, weight):
            wide = x.float()
            y = wide * torch.rsqrt(torch.add(torch.mean(torch.pow(wide, 2), [-1], True), 1e-5))
            return y.type_as(x) * weight

        def rotate(x, cos, sin, half: int):
            return torch.addcmul(x * cos, torch.roll(x, [half], [-1]), sin)

        def step(x, weights: List[Tensor], caches: List[Tensor], cos, sin, past: int, heads: int):
            rows = x.size(0)
            width = x.size(2)
            half = width // heads // 2
            layers = len(caches) // 2
            for i in range(layers):
                w = 6 * i
                h = norm(x, weights[w])
                joined = torch.linear(h, weights[w + 1]).view([rows, 3, heads, width // heads])
                query = rotate(joined.narrow(1, 0, 1).transpose(1, 2), cos, sin, half)
                key = rotate(joined.narrow(1, 1, 1).transpose(1, 2), cos, sin, half)
                keys = caches[2 * i].narrow(0, 0, rows)
                values = caches[2 * i + 1].narrow(0, 0, rows)
                keys.narrow(2, past, 1).copy_(key)
                values.narrow(2, past, 1).copy_(joined.narrow(1, 2, 1).transpose(1, 2))
                attended = torch.scaled_dot_product_attention(
                    query, keys.narrow(2, 0, past + 1), values.narrow(2, 0, past + 1))
                x = x + torch.linear(attended.transpose(1, 2).reshape([rows, 1, width]), weights[w + 2])
                h = norm(x, weights[w + 3])
                gated = torch.linear(h, weights[w + 4])
                inner = gated.size(2) // 2
                x = x + torch.linear(
                    torch.silu(gated.narrow(2, 0, inner)) * gated.narrow(2, inner, inner), weights[w + 5])
            return x

        """;

    private static readonly Lazy<jit.CompilationUnit> Compiled = new(() => jit.compile(Text));

    private readonly Tensor[] weights;
    private readonly int heads;

    private FusedStep(Tensor[] weights, int heads) => (this.weights, this.heads) = (weights, heads);

    /// <summary>Returns the step of a stack, or null if the matrices of its layers are not joined.</summary>
    public static FusedStep? Of(IReadOnlyList<DecoderLayer> layers, int heads)
    {
        Tensor[]?[] weights = [.. layers.Select(layer => layer.JoinedWeights)];
        return weights.Contains(null) ? null : new([.. weights.SelectMany(layer => layer!)], heads);
    }

    /// <summary>Runs the layers, without the final norm, and extends the caches.</summary>
    /// <param name="x">[batch, 1, width].</param>
    /// <param name="step">The rotary table and the number of earlier positions.</param>
    /// <param name="caches">One cache per layer.</param>
    public Tensor Forward(Tensor x, in StackStep step, LayerCache[] caches) => (Tensor)Compiled.Value.invoke(
        "step", x, weights, (Tensor[])[.. caches.SelectMany(cache => cache.Tensors)], step.Rotary.Cos, step.Rotary.Sin, step.Past, heads);
}
