export { gemm } from './gemm';
