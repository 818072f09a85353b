using System.Runtime.Intrinsics;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>The operation applied to a product.</summary>
internal enum ProductEnd
{
    /// <summary>Stores the product.</summary>
    Store,

    /// <summary>Adds the product to the target, the residual stream.</summary>
    Add,

    /// <summary>Adds a bias.</summary>
    Bias,

    /// <summary>Adds a bias and applies GELU (exact form).</summary>
    BiasGelu,

    /// <summary>silu(product) * product with a second matrix.</summary>
    Gate,
}

/// <summary>
/// Multiplies rows of activations with a matrix, parallelised over blocks of outputs. Rows are processed in tiles
/// that stay in a core's cache for several blocks of weights.
/// </summary>
internal sealed unsafe class MatrixProduct
{
    private const int Lanes = BlockFormat.Outputs;
    private const int TileBytes = 192 << 10;
    private const int PieceBytes = 96 << 10;
    private const int PiecesPerThread = 4;
    private readonly WorkerPool pool;
    private readonly BlockKernel eightBits;
    private BlockKernel kernel;
    private readonly LoopBody body;
    private QuantizedMatrix matrix = null!;
    private QuantizedMatrix? second;
    private QuantizedRows inputs = null!;
    private float* output;
    private float* bias;
    private int rows, stride, piece;
    private ProductEnd end;

    public MatrixProduct(WorkerPool pool, BlockKernel kernel)
    {
        (this.pool, eightBits, this.kernel) = (pool, kernel, kernel);
        body = Run;
    }

    /// <summary>Whether the inputs have 7 bits instead of 8.</summary>
    public bool SevenBits { set => kernel = value ? eightBits.SevenBits : eightBits; }

    /// <param name="weights">The matrix.</param>
    /// <param name="activations">Rows with as many groups as the matrix.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="target">Receives the rows.</param>
    /// <param name="step">Stride of the target's rows in floats; at least 8 times the matrix's blocks.</param>
    /// <param name="finish">The operation applied to the products.</param>
    /// <param name="vector">The bias, if one is added.</param>
    /// <param name="other">The second matrix of <see cref="ProductEnd.Gate"/>.</param>
    public void Multiply(QuantizedMatrix weights, QuantizedRows activations, int count, float* target, int step,
        ProductEnd finish = ProductEnd.Store, FloatVector? vector = null, QuantizedMatrix? other = null)
    {
        (matrix, second, inputs, rows, stride, end) = (weights, other, activations, count, step, finish);
        output = target;
        bias = vector is null ? null : vector.Data;
        piece = Math.Max(1, PieceBytes / weights.BlockBytes);
        pool.For(weights.Blocks, Math.Min(piece, Math.Max(1, weights.Blocks / (PiecesPerThread * pool.Threads))), body);
    }

    private void Run(int first, int last, int worker)
    {
        for (int start = first; start < last; start += piece)
            Piece(start, Math.Min(start + piece, last));
    }

    /// <summary>Processes blocks that stay in a core's cache for all tiles.</summary>
    private void Piece(int first, int last)
    {
        float* results = stackalloc float[2 * BlockKernel.MaxRows * Lanes];
        int tile = Math.Max(BlockKernel.MaxRows,
            TileBytes / (matrix.Groups * BlockFormat.Group) / BlockKernel.MaxRows * BlockKernel.MaxRows);
        for (int tileStart = 0; tileStart < rows; tileStart += tile)
        {
            int tileEnd = Math.Min(rows, tileStart + tile);
            for (int block = first; block < last; block++)
            {
                for (int row = tileStart; row < tileEnd; row += BlockKernel.MaxRows)
                    Block(block, row, Math.Min(BlockKernel.MaxRows, tileEnd - row), results);
            }
        }
    }

    private void Multiply(QuantizedMatrix weights, int block, int row, int count, float* results) => kernel.Multiply(
        weights.Bits, weights.Block(block), weights.Scales(block), weights.Groups, inputs, row, count, results);

    private void Block(int block, int row, int count, float* results)
    {
        Multiply(matrix, block, row, count, results);
        float* gated = results + BlockKernel.MaxRows * Lanes;
        if (second is not null)
            Multiply(second, block, row, count, gated);
        for (int i = 0; i < count; i++)
        {
            float* target = output + (long)(row + i) * stride + block * Lanes;
            Vector256<float> product = Vector256.Load(results + i * Lanes);
            switch (end)
            {
                case ProductEnd.Add:
                    product += Vector256.Load(target);
                    break;
                case ProductEnd.Bias:
                    product += Vector256.Load(bias + block * Lanes);
                    break;
                case ProductEnd.BiasGelu:
                    product = RowMath.Gelu(product + Vector256.Load(bias + block * Lanes));
                    break;
                case ProductEnd.Gate:
                    product = RowMath.Silu(product) * Vector256.Load(gated + i * Lanes);
                    break;
            }
            product.Store(target);
        }
    }
}
