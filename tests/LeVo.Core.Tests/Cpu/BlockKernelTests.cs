using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Testing;

namespace LeVo.Core.Tests.Cpu;

/// <summary>Every kernel that this processor can run, against plain arithmetic. <see cref="InstructionSetTests"/> runs
/// the same with instruction sets switched off.</summary>
public sealed unsafe class BlockKernelTests
{
    public static TheoryData<string, int, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int, int>();
        foreach (BlockKernel kernel in Kernels)
        {
            foreach (int bits in (int[])[4, 8])
            {
                foreach (int rows in (int[])[1, 2, 3, 4])
                {
                    cases.Add(kernel.Name, bits, 1, rows);
                    cases.Add(kernel.Name, bits, 5, rows);
                }
            }
        }
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void ProductsAreThoseOfTheQuantisedNumbers(string name, int bits, int groups, int rows)
    {
        using var fixture = new Fixture(Kernel(name), (WeightBits)bits, groups, rows, "products");
        float[] got = fixture.Multiply();
        for (int r = 0; r < rows; r++)
        {
            for (int output = 0; output < BlockFormat.Outputs; output++)
            {
                double expected = fixture.Exact(r, output, out double size);
                Assert.InRange(got[r * BlockFormat.Outputs + output], expected - 1e-6 * size, expected + 1e-6 * size);
            }
        }
    }

    /// <summary>The largest magnitudes that occur: no sum overflows 16 bits.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void ExtremesDoNotOverflow(string name, int bits, int groups, int rows)
    {
        foreach ((float weight, float input) in new[] { (1f, 1f), (1f, -1f), (-1f, 1f), (-1f, -1f) })
        {
            using var fixture = new Fixture(Kernel(name), (WeightBits)bits, groups, rows, null, weight, input);
            float[] got = fixture.Multiply();
            for (int i = 0; i < rows * BlockFormat.Outputs; i++)
            {
                double expected = fixture.Exact(i / BlockFormat.Outputs, i % BlockFormat.Outputs, out double size);
                Assert.InRange(got[i], expected - 1e-6 * size, expected + 1e-6 * size);
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void ARowDoesNotFeelItsNeighbours(string name, int bits, int groups, int rows)
    {
        using var fixture = new Fixture(Kernel(name), (WeightBits)bits, groups, rows, "neighbours");
        float[] together = fixture.Multiply();
        for (int r = 0; r < rows; r++)
        {
            float[] alone = fixture.Multiply(r, 1);
            Assert.Equal(together[(r * 8)..(r * 8 + 8)], alone[..8]);
        }
    }

    private static IEnumerable<BlockKernel> Kernels =>
        BlockKernel.Supported().SelectMany(kernel => (BlockKernel[])[kernel, kernel.SevenBits]).Distinct();

    private static BlockKernel Kernel(string name) => Kernels.Single(kernel => kernel.Name == name);

    private sealed class Fixture : IDisposable
    {
        private readonly BlockKernel kernel;
        private readonly WeightBits bits;
        private readonly int groups, rows;
        private readonly QuantizedMatrix matrix;
        private readonly NativeBlock block;
        private readonly QuantizedRows quantized;

        /// <summary>Made-up numbers where there is a name, the same number everywhere otherwise.</summary>
        public Fixture(BlockKernel kernel, WeightBits bits, int groups, int rows, string? name, float weight = 0, float input = 0)
        {
            (this.kernel, this.bits, this.groups, this.rows) = (kernel, bits, groups, rows);
            int inputs = groups * BlockFormat.Group;
            float[] weights = Numbers(name is null ? null : name + "/w", BlockFormat.Outputs * inputs, weight);
            float[] activations = Numbers(name is null ? null : name + "/a", rows * inputs, input);
            matrix = new(bits, inputs, BlockFormat.Outputs);
            block = new(matrix.Bytes);
            matrix.Bind(block.Pointer);
            quantized = new(rows, inputs);
            fixed (float* w = weights, a = activations)
            {
                WeightQuantizer.Pack(bits, w, groups, matrix.Block(0), matrix.Scales(0));
                for (int r = 0; r < rows; r++)
                    RowQuantizer.Quantize(a + r * inputs, groups, quantized, r, kernel.LargestInput);
            }
        }

        public float[] Multiply(int row = 0, int? count = null)
        {
            var results = new float[BlockKernel.MaxRows * BlockFormat.Outputs];
            fixed (float* target = results)
                kernel.Multiply(bits, matrix.Block(0), matrix.Scales(0), groups, quantized, row, count ?? rows, target);
            return results;
        }

        public double Exact(int row, int output, out double size)
        {
            double sum = 0;
            size = 0;
            for (int i = 0; i < groups * BlockFormat.Group; i++)
            {
                double product = (double)PackedWeight.Read(bits, block.Pointer, groups, output, i)
                    * quantized.Values(row, groups)[i] * quantized.Scales(row, groups)[i / BlockFormat.Group];
                (sum, size) = (sum + product, size + Math.Abs(product));
            }
            return sum;
        }

        public void Dispose()
        {
            block.Dispose();
            quantized.Dispose();
        }

        private static float[] Numbers(string? name, int count, float constant) => name is null
            ? [.. Enumerable.Repeat(constant, count)]
            : [.. NameSeeded.Uniform(name, count).Select(v => (float)v)];
    }
}
